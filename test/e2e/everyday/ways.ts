import { denied } from './act.js';

/** What leads to the same where an act is refused, as the documentation says it. */
export const CODE = denied('change the code and deploy');
export const PIPELINE = denied('name the account under `cluster.pipelines`, or don’t declare it');
export const LABEL = denied('create it with the label `reprieve.dev/protected: "false"`');
export const RESTORE = denied('restore the project first');
