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
}
