/** The files beside main.ts, as people and messages name them. */
export const DELETIONS_FILE = 'deletions.yaml';
export const SETTINGS_FILE = 'reprieve.yaml';
export const LOCK_FILE = 'projects.lock.yaml';
