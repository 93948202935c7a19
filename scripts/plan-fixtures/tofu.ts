import { Story } from './story.js';

const data = (name: string) => `resource "terraform_data" "${name}" {\n input = "x"\n}\n`;

/** The same by OpenTofu, whose plans lack some fields. */
export function tofuPlans(program: string): void {
  new Story(program)
    .write(data('a') + data('b'))
    .apply()
    .write(data('a'))
    .plan('tofu-block-removed', 'a block removed from the code')
    .write(
      `${data('a')}removed {\n from = terraform_data.b\n lifecycle {\n destroy = false\n }\n}\n`,
    )
    .plan('tofu-forget', 'a removed block that lets go of an object')
    .write(data('a') + data('b'))
    .plan(
      'tofu-targeted',
      'a destroy with -target, which OpenTofu does not call incomplete',
      '-destroy',
      '-target=terraform_data.b',
    )
    .plan('tofu-no-change', 'nothing to do')
    .remove();
  letGo(program);
}

/** `destroy = false`, which OpenTofu keeps in the state. */
export function letGo(program: string): void {
  const kept = (trigger: string) =>
    `resource "terraform_data" "a" {\n triggers_replace = "${trigger}"\n lifecycle {\n destroy = false\n }\n}\n`;
  new Story(program)
    .write(kept('1') + data('b'))
    .apply()
    .write(kept('2') + data('b'))
    .plan('tofu-replace-forget', 'a replacement that lets go of the old object')
    .write(data('b'))
    .plan('tofu-destroy-false', 'a block with `destroy = false` removed from the code')
    .remove();
}
