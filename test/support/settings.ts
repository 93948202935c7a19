import { readSettings, type Settings } from '../../lib/files/settings.js';

/** The default settings, with some of them changed. */
export function settingsWith(changes: Partial<Settings>): Settings {
  const { value } = readSettings('reprieve.yaml', undefined);
  if (value === undefined) throw new Error('the defaults are not sound');
  return { ...value, ...changes };
}
