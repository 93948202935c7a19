import type { Problem } from '../../model/problem.js';
import { isRecord } from '../../model/record.js';

// STAND-IN: replaced by the streaming reader with the same interface.
export interface ElementHead {
  readonly address: string | undefined;
  readonly mode: string | undefined;
  readonly type: string | undefined;
  readonly actions: readonly string[] | undefined;
  readonly deposed: boolean;
  readonly previousAddress: boolean;
}
export type ChangeList =
  | 'resource_changes'
  | 'resource_drift'
  | 'deferred_changes'
  | 'action_invocations'
  | 'deferred_action_invocations';
export interface PlanVisitor {
  scalar(name: string, value: string | number | boolean | null): void;
  wants(list: ChangeList, head: ElementHead): boolean;
  element(list: ChangeList, value: unknown): void;
  wantsPrior(head: Pick<ElementHead, 'address' | 'mode' | 'type'>): boolean;
  prior(value: unknown): void;
}
const LISTS = [
  'resource_changes',
  'resource_drift',
  'deferred_changes',
  'action_invocations',
  'deferred_action_invocations',
] as const;
export async function readPlan(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  visitor: PlanVisitor,
): Promise<readonly Problem[]> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  let json: unknown;
  try {
    json = JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return [
      {
        code: 'plan/syntax',
        message: 'The plan is not JSON.',
        remedy: 'Write it by `terraform show -json PLAN`.',
      },
    ];
  }
  if (!isRecord(json))
    return [{ code: 'plan/shape', message: 'The plan is not an object.', remedy: '' }];
  for (const [key, value] of Object.entries(json)) {
    if (value === null || typeof value !== 'object') visitor.scalar(key, value as string);
  }
  for (const list of LISTS) {
    const elements = json[list];
    if (!Array.isArray(elements)) continue;
    for (const each of elements) {
      const e = isRecord(each) ? each : {};
      const change = isRecord(e['change']) ? e['change'] : {};
      const head = {
        address: typeof e['address'] === 'string' ? e['address'] : undefined,
        mode: typeof e['mode'] === 'string' ? e['mode'] : undefined,
        type: typeof e['type'] === 'string' ? e['type'] : undefined,
        actions: Array.isArray(change['actions']) ? change['actions'] : undefined,
        deposed: e['deposed'] !== undefined,
        previousAddress: e['previous_address'] !== undefined,
      };
      if (visitor.wants(list, head)) visitor.element(list, each);
    }
  }
  const prior = json['prior_state'];
  const values = isRecord(prior) ? prior['values'] : undefined;
  const modules = [isRecord(values) ? values['root_module'] : undefined];
  for (let i = 0; i < modules.length; i += 1) {
    const module = modules[i];
    if (!isRecord(module)) continue;
    for (const each of Array.isArray(module['resources']) ? module['resources'] : []) {
      if (isRecord(each) && visitor.wantsPrior(each as never)) visitor.prior(each);
    }
    if (Array.isArray(module['child_modules'])) modules.push(...module['child_modules']);
  }
  return [];
}
