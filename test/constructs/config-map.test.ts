import { describe, expect, it } from 'vitest';
import { ConfigMap } from '../../lib/index.js';
import { declaring } from '../support/declaring.js';

describe('a config map', () => {
  it('has its texts as they are, whatever Terraform would read into them', () => {
    const data = { A: '${var.x} %{if}', 'b.c': 'x\n', EMPTY: '' };
    const { resource } = declaring((billing) => {
      const map = new ConfigMap(billing, 'settings', { data });
      expect(map.target).toBe('billing/config-maps/settings');
    });
    expect(resource('config_map_v1')['data']).toEqual({ ...data, A: '$${var.x} %%{if}' });
  });

  it('is the same by the project', () => {
    const data = { A: 'b' };
    const one = declaring((billing) => void new ConfigMap(billing, 'm', { data }));
    const other = declaring((billing) => void billing.addConfigMap('m', { data }));
    expect(one.resource('config_map_v1')).toEqual(other.resource('config_map_v1'));
  });

  it('reports each key and value that it can not have', () => {
    const { codes } = declaring((billing) => {
      const data: unknown = { '..': 'x', A: 1 };
      new ConfigMap(billing, 'm', { data: data as Record<string, string> });
    });
    expect(codes).toEqual(['item/data-key', 'config-map/value']);
  });
});
