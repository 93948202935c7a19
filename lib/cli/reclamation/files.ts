import { calendarOf } from '../../notice/calendar.js';
import { dashboardOf } from '../../notice/dashboard.js';
import { openMetricsOf } from '../../notice/openmetrics.js';
import { type Reading, reclamationsOf } from '../../notice/reclamation.js';
import type { Entry } from '../../state/inventory.js';
import type { Inventory } from '../workspace/inventory.js';
import type { Workspace } from '../workspace/workspace.js';
import type { FileFormat } from './formats.js';

/** What was read, with what the files say of each deletion. */
export function readingOf(
  workspace: Workspace,
  inventory: Inventory,
  shown: readonly Entry[],
  readAt: Date,
): Reading {
  return {
    reclamations: reclamationsOf(shown, workspace.settings().approvers),
    stacks: inventory.chosen.map((name) => ({
      name,
      isRead: inventory.stacks.some((stack) => stack.name === name),
    })),
    readAt,
  };
}

/** The whole file. */
export function fileOf(format: FileFormat, reading: Reading): string {
  if (format === 'ics') return calendarOf(reading.reclamations);
  return format === 'openmetrics' ? openMetricsOf(reading) : dashboardOf(reading);
}
