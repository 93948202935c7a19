/** What `reclamation list` also prints, beside data and the table. */
export const FILE_FORMATS = ['ics', 'openmetrics', 'html'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export function isFileFormat(format: string | undefined): format is FileFormat {
  return FILE_FORMATS.some((each) => each === format);
}
