import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PURGES } from '../../lib/model/purges.js';
import { documentationOf } from '../../lib/model/resource-docs.js';
import {
  documentationOfSafeguard,
  SAFEGUARDED_TYPES,
  safeguardsOf,
} from '../../lib/model/safeguards.js';
import { HOLDINGS, STATEFUL_TYPES } from '../../lib/model/stateful-types.js';
import { ROOT } from '../support/built.js';

const FILE = join(ROOT, 'docs/what-holds-data.md');

describe('each row', () => {
  const types = [...STATEFUL_TYPES.keys(), ...SAFEGUARDED_TYPES, ...PURGES.keys()];

  it.each([...new Set(types)])('%s names the page that it was read on', (type) => {
    expect(documentationOf(type)).toMatch(/^https:\/\/github\.com\/.+\.(?:html\.markdown|md)$/);
  });

  it('says nothing of types that nobody knows', () => {
    expect(documentationOf('acme_database')).toBeUndefined();
    expect(safeguardsOf('acme_database')).toEqual([]);
    expect(safeguardsOf('constructor')).toEqual([]);
  });
});

describe('a safeguard', () => {
  const strength = (type: string, pointer: string, value: unknown) =>
    safeguardsOf(type)
      .find((each) => each.pointer === pointer)
      ?.strengthOf(value);

  it('knows what holds where nothing is set', () => {
    expect(strength('aws_kms_key', '/deletion_window_in_days', null)).toBe(30);
    expect(strength('ibm_cos_bucket', '/force_delete', null)).toBe(0);
    expect(strength('aws_s3_bucket', '/force_destroy', undefined)).toBe(1);
    expect(strength('aws_db_instance', '/deletion_protection', null)).toBe(0);
  });

  it('reads numbers and durations that are texts', () => {
    expect(strength('google_bigquery_dataset', '/max_time_travel_hours', '168')).toBe(168);
    expect(strength('google_kms_crypto_key', '/destroy_scheduled_duration', '86400s')).toBe(86_400);
    expect(strength('google_spanner_database', '/version_retention_period', '7d')).toBe(604_800);
  });

  it('can’t tell of what it doesn’t understand', () => {
    expect(
      strength('google_kms_crypto_key', '/destroy_scheduled_duration', 'soon'),
    ).toBeUndefined();
    expect(strength('aws_kms_key', '/deletion_window_in_days', 'many')).toBeUndefined();
    expect(strength('azurerm_recovery_services_vault', '/immutability', 'Perhaps')).toBe(0);
  });
});

describe('docs/what-holds-data.md', () => {
  it('has every row', () => {
    const document = readFileSync(FILE, 'utf8');
    const written = document
      .replace(between('types'), (_, open, close) => `${open}${typesTable()}${close}`)
      .replace(between('safeguards'), (_, open, close) => `${open}${safeguardsTable()}${close}`)
      .replace(between('purges'), (_, open, close) => `${open}${purgesTable()}${close}`);
    if (process.env['UPDATE'] === '1') writeFileSync(FILE, written);
    else expect(written).toBe(document);
    expect(written).toContain('aws_db_instance');
  });
});

function between(name: string): RegExp {
  return new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
}

function typesTable(): string {
  const rows = HOLDINGS.map((holding) => {
    const types = [...STATEFUL_TYPES].filter(([, holds]) => holds === holding);
    return `| ${holding} | ${types.map(([type]) => link(type, documentationOf(type))).join(', ')} |`;
  });
  return ['| what | types |', '| --- | --- |', ...rows, ''].join('\n');
}

function safeguardsTable(): string {
  const rows = SAFEGUARDED_TYPES.flatMap((type) =>
    safeguardsOf(type)
      .filter(({ pointer }) => pointer !== '/deletion_policy')
      .map((each) => {
        const attribute = each.pointer.slice(1).replaceAll(/\/\d+/g, '').replaceAll('/', '.');
        const place = `${link(type, documentationOfSafeguard(type, each))} \`${attribute}\``;
        return `| ${place} | ${each.weaker} | ${each.refuses ? 'yes' : ''} |`;
      }),
  );
  return ['| attribute | weaker | refuses |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

function purgesTable(): string {
  const rows = [...PURGES].map(
    ([type, { deletes, flag }]) =>
      `| ${link(type, documentationOf(type))} | ${deletes} | ${flag === undefined ? '' : `\`${flag.name}\``} |`,
  );
  return ['| type | deletes | only with |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

function link(type: string, url: string | undefined): string {
  return `[\`${type}\`](${url})`;
}
