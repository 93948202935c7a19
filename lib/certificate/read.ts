import type { ValidateFunction } from 'ajv/dist/2020.js';
import { quoteName } from '../base/inert.js';
import type { Checked } from '../base/problem.js';
import { decodeText } from '../files/disk.js';
import { publishedValidator } from '../files/schema.js';
import type { Certificate } from './certificate.js';
import type { Evidence } from './evidence.js';
import { parseStrict } from './strict-json.js';

/** The formats that are read back, by the names of their schemas. */
interface Formats {
  readonly evidence: Evidence;
  readonly certificate: Certificate;
}

/** Reads evidence as a file has it. */
export function readEvidence(file: string, bytes: Buffer): Checked<Evidence> {
  return read('evidence', file, bytes);
}

/** Reads a certificate as a file has it. */
export function readCertificate(file: string, bytes: Buffer): Checked<Certificate> {
  return read('certificate', file, bytes);
}

function read<N extends keyof Formats>(name: N, file: string, bytes: Buffer): Checked<Formats[N]> {
  const { text, problem } = decodeText(file, bytes);
  if (text === undefined) return { problems: problem === undefined ? [] : [problem] };
  const check: ValidateFunction<Formats[N]> = publishedValidator(name);
  let json: unknown;
  try {
    json = parseStrict(text);
  } catch (error) {
    return wrong(name, file, error instanceof Error ? error.message : String(error));
  }
  if (check(json)) return { value: json, problems: [] };
  const [fault] = check.errors ?? [];
  return wrong(
    name,
    file,
    `${quoteName(fault?.instancePath || '/')} ${fault?.message ?? 'is wrong'}`,
  );
}

function wrong(name: string, file: string, why: string): Checked<never> {
  return {
    problems: [
      {
        code: `${name}/unreadable`,
        message: `${quoteName(file)} is not ${name === 'evidence' ? 'evidence' : 'a certificate'} as Reprieve writes it: ${why}.`,
        remedy: `Check that it is the file you mean. reprieve/schemas/${name}.schema.json describes the format.`,
        source: { file },
      },
    ],
  };
}
