import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findVersion } from '../../../scripts/engines/cache.mjs';
import { type Act, acts, allowed, type Do, denied, type Outcome } from './act.js';
import { all, gone, items, outcomeOf, read, run, type Site, see, until } from './site.js';
import { RESTORE } from './ways.js';

/** With what an object of the chart is labelled, where a value says so. */
const METADATA = (name: string) => `metadata:
  name: {{ .Release.Name }}-${name}
  {{- with .Values.labels }}
  labels: {{- toYaml . | nindent 4 }}
  {{- end }}
`;

const TEMPLATES: Readonly<Record<string, string>> = {
  'settings.yaml': `apiVersion: v1
kind: ConfigMap
${METADATA('settings')}data:
  version: {{ .Values.version | quote }}
`,
  'extra.yaml': `{{- if .Values.extra }}
apiVersion: v1
kind: ConfigMap
${METADATA('extra')}data: { a: b }
{{- end }}
`,
  'main.yaml': `apiVersion: apps/v1
kind: Deployment
${METADATA('main')}spec:
  replicas: 1
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec: { containers: [{ name: main, image: "example.org/main:{{ .Values.version }}" }] }
`,
};

/** A small chart, and a real Helm with folders of its own. */
export class Helm {
  private readonly folder = mkdtempSync(join(tmpdir(), 'reprieve-helm-'));
  readonly major: string;

  private constructor(
    private readonly program: string,
    version: string,
  ) {
    this.major = version.split('.')[0] ?? '';
    const chart = join(this.folder, 'chart');
    mkdirSync(join(chart, 'templates'), { recursive: true });
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: site\nversion: 1.0.0\n');
    writeFileSync(join(chart, 'values.yaml'), 'version: "1"\nextra: true\nlabels: {}\n');
    for (const [name, text] of Object.entries(TEMPLATES)) {
      writeFileSync(join(chart, 'templates', name), text);
    }
  }

  /** Nothing where that version was not built. */
  static find(version: string): Helm | undefined {
    const program = findVersion('helm', `helm-${version}`);
    return program === undefined ? undefined : new Helm(program, version);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  release(name: string): string {
    return `${name}-v${this.major}`;
  }

  /** `CHART` stands for the chart, and `=NAME` for a release. */
  does(line: string): Do {
    return ({ plane, namespace }) => {
      const args = line
        .split(' ')
        .map((word) => (word === 'CHART' ? join(this.folder, 'chart') : word))
        .map((word) => (word.startsWith('=') ? this.release(word.slice(1)) : word));
      const config = ['--kubeconfig', plane.kubeconfigOf('ann'), '-n', namespace];
      const env = Object.fromEntries(
        ['CACHE', 'CONFIG', 'DATA'].map((it) => [`HELM_${it}_HOME`, join(this.folder, it)]),
      );
      return run(this.program, [...args, ...config], env);
    };
  }
}

/** Each of them, in turn; all have to get the same answer. */
const eachOf =
  (helms: readonly Helm[]) =>
  (what: (helm: Helm) => Do): Do =>
  async (site) => {
    const outcomes: Outcome[] = [];
    for (const helm of helms) outcomes.push(await what(helm)(site));
    const [first] = outcomes;
    if (first === undefined) throw new Error('there is no Helm');
    const isSame = outcomes.every(({ isAllowed }) => isAllowed === first.isAllowed);
    if (!isSame) throw new Error(outcomes.map(({ said }) => said).join('\n'));
    return first;
  };

/** A release that is there when the project is soft-deleted. */
export async function installBefore(helms: readonly Helm[], site: Site): Promise<void> {
  if (site.phase === 'live') return;
  for (const helm of helms) {
    const { isAllowed, said } = await helm.does('install =site CHART')(site);
    if (!isAllowed) throw new Error(said);
  }
}

const LABELLED = '--set-string labels.reprieve\\.dev/protected=false';
const LABEL = denied(
  'install it with the label `reprieve.dev/protected: "false"` on every object of the chart, or in a namespace that no project protects',
);

const revisionsOf = async (site: Site, release: string) =>
  (await items(site, 'secrets')).filter(({ metadata }) =>
    metadata.name.startsWith(`sh.helm.release.v1.${release}.v`),
  );

const lasts = (name: string, version: string) => (helm: Helm) =>
  until(async (site) => {
    const { data } = await read(site, `configmaps/${helm.release(name)}-settings`);
    return data?.['version'] === version;
  });

const upgrades =
  (version: string, more = '') =>
  (helm: Helm) =>
    all(
      helm.does(`upgrade =site CHART --set-string version=${version}${more}`),
      lasts('site', version)(helm),
    );

const fewer = (helm: Helm) => helm.does('upgrade =site CHART --set extra=false');

const keepsTwo =
  (helm: Helm): Do =>
  async (site) => {
    const kept = await revisionsOf(site, helm.release('site'));
    if (kept.length !== 2) throw new Error(`${kept.length} revisions`);
    return outcomeOf(true, '');
  };

const wholeLife = (helm: Helm) =>
  all(
    helm.does(`install =labelled CHART ${LABELLED}`),
    helm.does(`upgrade =labelled CHART ${LABELLED} --set extra=false`),
    gone(`configmaps/${helm.release('labelled')}-extra`),
    helm.does('uninstall =labelled'),
    gone(`deployments/${helm.release('labelled')}-main`),
    until(async (site) => (await revisionsOf(site, helm.release('labelled'))).length === 0),
  );

export function helmActs(helms: readonly Helm[]): readonly Act[] {
  const each = eachOf(helms);
  const does = (line: string) => each((helm) => helm.does(line));
  const whileLive =
    (live: Do, deleted: Do): Do =>
    (site) =>
      (site.phase === 'live' ? live : deleted)(site);
  const who = 'a developer' as const;
  return acts('Helm', [
    [
      '`helm install`',
      who,
      'the namespace',
      allowed,
      RESTORE,
      whileLive(does('install =site CHART'), does('install =other CHART')),
    ],
    ['`helm upgrade`', who, 'a release', allowed, RESTORE, each(upgrades('2'))],
    [
      '`helm upgrade`, pruning its history',
      who,
      'a release',
      allowed,
      undefined,
      each((helm) => all(upgrades('3', ' --history-max 2')(helm), keepsTwo(helm))),
    ],
    [
      '`helm rollback`',
      who,
      'a release',
      allowed,
      RESTORE,
      whileLive(does('rollback =site 2'), does('rollback =site 1')),
    ],
    [
      '`helm history`, `helm get`',
      who,
      'a release',
      allowed,
      allowed,
      each((helm) => all(helm.does('history =site'), helm.does('get manifest =site'))),
    ],
    ['`helm uninstall`', who, 'a release', LABEL, RESTORE, does('uninstall =site --debug')],
    [
      '`helm rollback` and `upgrade` after a refused `helm uninstall`',
      who,
      'a release',
      allowed,
      undefined,
      each((helm) => all(helm.does('rollback =site'), upgrades('4')(helm))),
    ],
    [
      '`helm upgrade` to a chart with fewer objects, by Helm 4',
      who,
      'a release',
      LABEL,
      undefined,
      eachOf(helms.filter(({ major }) => major === '4'))(fewer),
    ],
    [
      '`helm upgrade` to a chart with fewer objects, by Helm 3, which leaves them there',
      who,
      'a release',
      allowed,
      undefined,
      eachOf(helms.filter(({ major }) => major === '3'))((helm) =>
        all(fewer(helm), see(`configmaps/${helm.release('site')}-extra`)),
      ),
    ],
    [
      '`helm uninstall`',
      who,
      'a release installed with `--labels` alone',
      LABEL,
      undefined,
      each((helm) =>
        all(
          helm.does('install =history CHART --labels team=payments'),
          helm.does('uninstall =history --debug'),
        ),
      ),
    ],
    [
      '`helm install`, `upgrade` to fewer objects, `uninstall`',
      who,
      'a release with the label on its objects',
      allowed,
      undefined,
      each(wholeLife),
    ],
  ]);
}
