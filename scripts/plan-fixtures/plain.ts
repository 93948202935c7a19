import { Story } from './story.js';

const data = (name: string, body = 'input = "x"') =>
  `resource "terraform_data" "${name}" {\n${body}\n}\n`;
const each = (...keys: readonly string[]) =>
  data(
    'each',
    `for_each = toset(${JSON.stringify(keys).replaceAll('${', '$${')})\ninput = each.key`,
  );

/** Names that would act in a terminal, a comment or a workflow's log. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '](https://evil.example) @octocat #1',
  '::set-output name=x::y',
  'a|b`c``d',
  '\u001b[31mred\u001b[0m',
  'safe\u202egpj.exe\u200b',
  'line\nbreak\r::error::x',
  '=cmd()|calc',
  '</code><img src=x onerror=alert(1)>',
  '~~~\n```\n# head',
  '&lt;b&gt;&#60;i&#62;',
  'www.evil.example mail@evil.example',
];

/** Plans of configurations that know nothing of Reprieve. */
export function plainPlans(): void {
  const module = (name: string) => `module "${name}" {\n source = "./m"\n}\n`;
  new Story()
    .write(data('inner'), 'm/main.tf')
    .write(`${data('a')}${data('b')}${module('one')}${module('two')}`)
    .apply()
    .write(`${data('a')}${module('one')}${module('two')}`)
    .plan('block-removed', 'a block removed from the code')
    .write(`${data('a')}${data('b')}${module('one')}`)
    .plan('module-removed', 'a module removed from the code')
    .write(
      `${data('a')}${module('one')}${module('two')}removed {\n from = terraform_data.b\n lifecycle {\n destroy = false\n }\n}\n`,
    )
    .plan('forget', 'a removed block that lets go of an object')
    .write(`${data('a')}${data('b')}${module('one')}${module('two')}`)
    .plan('no-change', 'nothing to do')
    .plan('destroy-mode', 'terraform plan -destroy', '-destroy')
    .plan('targeted', 'a destroy with -target: incomplete', '-destroy', '-target=terraform_data.b')
    .plan('replace-requested', '-replace', '-replace=terraform_data.a')
    .plan('refresh-only', 'a plan with -refresh-only', '-refresh-only')
    .try('taint', 'terraform_data.b')
    .plan('tainted', 'a tainted object is replaced')
    .remove();
  new Story()
    .write(each('a', 'b', 'c') + data('n', 'count = 3'))
    .apply()
    .write(each('a', 'c') + data('n', 'count = 3'))
    .plan('key-removed', 'a key removed from for_each')
    .write(each('a', 'b', 'c') + data('n', 'count = 1'))
    .plan('count-shrunk', 'a smaller count')
    .write(each('a', 'b', 'c') + data('n', 'for_each = toset(["x"])'))
    .plan('repetition-changed', 'count exchanged for for_each')
    .remove();
  new Story()
    .write(
      data('a', 'triggers_replace = "1"') +
        data('b', 'triggers_replace = "1"\nlifecycle {\n create_before_destroy = true\n}') +
        data('c', 'lifecycle {\n replace_triggered_by = [terraform_data.a]\n}'),
    )
    .apply()
    .write(
      data('a', 'triggers_replace = "2"') +
        data('b', 'triggers_replace = "2"\nlifecycle {\n create_before_destroy = true\n}') +
        data('c', 'lifecycle {\n replace_triggered_by = [terraform_data.a]\n}'),
    )
    .plan('replace', 'replacements in both orders, and a triggered one')
    .remove();
  new Story()
    .write(data('a') + data('keep'))
    .apply()
    .write(
      `${data('b', 'input = "x"')}${data('keep')}moved {\n from = terraform_data.a\n to = terraform_data.b\n}\n`,
    )
    .plan('moved', 'a move without a change')
    .write(
      `${data('b', 'triggers_replace = "1"')}${data('keep')}moved {\n from = terraform_data.a\n to = terraform_data.b\n}\n`,
    )
    .plan('moved-and-replaced', 'a move together with a replacement')
    .remove();
  deposed();
  const secret = (body: string) =>
    `variable "token" {\n type = string\n sensitive = true\n default = "CANARY-s3cr3t-value"\n}\n${body}`;
  new Story()
    .write(
      secret(
        data('gone', 'input = var.token') +
          data(
            'replaced',
            'triggers_replace = var.token\ninput = { container = [{ image = var.token }] }',
          ),
      ),
    )
    .apply()
    .write(
      secret(
        data(
          'replaced',
          'triggers_replace = "${var.token}-2"\ninput = { container = [{ image = var.token }] }',
        ),
      ),
    )
    .plan('sensitive', 'sensitive values deleted and replaced')
    .remove();
  new Story()
    .write(each(...HOSTILE))
    .apply()
    .write('')
    .plan('hostile-names', 'names that try to act, all deleted')
    .remove();
  new Story()
    .write(
      data(
        'job',
        'input = { spec = { containers = [{ image = "registry.example/team/job:1.2" }] } }',
      ),
    )
    .apply()
    .write('')
    .plan('images', 'an object that names an image')
    .remove();
}

/** An old object stays behind where the one that replaces it was made, but not made well. */
function deposed(): void {
  const body = (trigger: string, command: string) =>
    data(
      'a',
      `triggers_replace = "${trigger}"\nlifecycle {\n create_before_destroy = true\n}\nprovisioner "local-exec" {\n command = "${command}"\n}`,
    );
  new Story()
    .write(body('1', 'true'))
    .apply()
    .write(body('2', 'false'))
    .apply()
    .plan('deposed', 'an object that an earlier replacement left behind')
    .remove();
}
