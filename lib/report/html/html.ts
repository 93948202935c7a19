import { quoteName } from '../../base/inert.js';
import {
  type PlanSummary,
  type PolicyFinding,
  type Reason,
  type Review,
  type RuleChange,
  reasonsToStop,
} from '../../review/review.js';
import { foldedDeletions } from '../folded.js';
import { Groups } from '../groups.js';
import { groupReasons } from '../reasons.js';
import {
  CHANGES_TITLE,
  changesInWords,
  changeTotals,
  RULES_TITLE,
  ruleInWords,
  rulesInWords,
  summaryLine,
  titleOf,
  waiverInWords,
} from '../words.js';
import { deletionsSection, hardSection, marked, names, source, time } from './deletions.js';
import { html, join, type Markup } from './markup.js';
import { membersSection } from './members.js';
import { renderPage } from './page.js';
import { SCRIPT, STYLE } from './style.js';
import { reclamationsSection, timelineSection } from './timeline.js';

/**
 * The review as one file for a browser: it loads nothing, and its own policy forbids it to. Dark or
 * light as the reader prefers, and the same without a mouse or without a screen.
 */
export function renderHtml(review: Review): string {
  const many = review.plans.length > 1;
  const state = review.verdict === 'blocked' ? 'blocked' : 'pass';
  const body = html`<header>
<h1><span class="${state}">${summaryLine(review)}</span></h1>
<p class="soft">Reviewed ${time(review.reviewedAt)}${rulesInWords(review)}</p>
</header>
<main id="content" tabindex="-1">
${review.scope === 'policies' ? html`` : deletionParts(review, many)}
${rulesSection(review.rules ?? [])}
${findingsSection(review.findings)}
${reasonsSection('notices', 'Worth knowing', review.notices, many)}
${plansSection(review.plans)}
</main>
<footer><p>Made by Reprieve. All times are UTC.</p></footer>`;
  const title = `Review of ${titleOf(review).toLowerCase()}`;
  return renderPage({ title, style: STYLE, script: SCRIPT, body });
}

function deletionParts(review: Review, many: boolean): Markup {
  const groups = new Groups(review);
  const folded = foldedDeletions(review);
  return html`${reasonsSection('why', 'Why it is blocked', reasonsToStop(review), many)}
${hardSection(folded, groups, many)}
${timelineSection(review, many)}
${deletionsSection(folded, groups, many)}
${reclamationsSection(review, groups, many)}
${changesSection(review.plans, many)}
${membersSection(groups, many)}`;
}

function reasonsSection(
  id: string,
  title: string,
  reasons: readonly Reason[],
  many: boolean,
): Markup {
  if (reasons.length === 0) return html``;
  const items = groupReasons(reasons).map(({ first, addresses }) => {
    const stack = many ? html` in <code>${first.stack}</code>` : html``;
    return html`<li><strong>${first.code}</strong>${stack}<br>${marked(first.message)}${source(first.source)}${names('for', addresses)}</li>`;
  });
  return html`<h2 id="${id}">${title}</h2>
<ul class="plain">
${join(items)}
</ul>`;
}

function rulesSection(rules: readonly RuleChange[]): Markup {
  if (rules.length === 0) return html``;
  const items = rules.map((each) => html`<li>${marked(ruleInWords(each))}</li>`);
  return html`<h2 id="rules">${RULES_TITLE}</h2>
<ul class="plain">
${join(items)}
</ul>`;
}

/** What the plans change besides, a line for each action, behind a fold for each plan. */
function changesSection(plans: readonly PlanSummary[], many: boolean): Markup {
  const items = plans.flatMap(({ stack, changes = [] }) => {
    const lines = changesInWords(changes, quoteName).map((line) => html`<li>${marked(line)}</li>`);
    const where = many ? html`<code>${stack}</code>: ` : html``;
    return lines.length === 0
      ? []
      : [
          html`<li><details><summary>${where}${changeTotals(changes)}</summary><ul>${join(lines)}</ul></details></li>`,
        ];
  });
  if (items.length === 0) return html``;
  return html`<h2 id="changes">${CHANGES_TITLE}</h2>
<ul class="plain">
${join(items)}
</ul>`;
}

function findingsSection(findings: readonly PolicyFinding[]): Markup {
  if (findings.length === 0) return html``;
  const items = findings.map(
    (each) =>
      html`<li><strong>${each.level}</strong>, ${each.state}: <code>${each.policy}</code> at <code>${each.address}${each.pointer}</code><br>${marked([each.message, each.remediation, ...waiverInWords(each)].join(' '))}${source(each.source)}</li>`,
  );
  return html`<h2 id="policies">Policies</h2>
<ul class="plain">
${join(items)}
</ul>`;
}

function plansSection(plans: readonly PlanSummary[]): Markup {
  if (plans.length === 0) return html``;
  const rows = plans.map((plan) => {
    const made = plan.plannedAt === null ? html`not said` : time(plan.plannedAt);
    const { create, update, unchanged } = plan.counts;
    return html`<tr><th scope="row"><code>${plan.stack}</code></th><td>${made}</td><td><code>${plan.terraformVersion}</code></td><td><code>${plan.formatVersion}</code></td><td>${create}</td><td>${update}</td><td>${plan.counts.delete}</td><td>${plan.counts.forget}</td><td>${unchanged}</td></tr>`;
  });
  return html`<h2 id="plans">Plans</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Table of plans"><table class="cards plans">
<caption>What was reviewed, and how many resources each plan touches</caption>
<thead><tr><th scope="col">Stack</th><th scope="col">Planned</th><th scope="col">Engine</th><th scope="col">Format</th><th scope="col">Created</th><th scope="col">Updated</th><th scope="col">Deleted</th><th scope="col">Let go of</th><th scope="col">Unchanged</th></tr></thead>
<tbody>
${join(rows)}
</tbody></table></div>`;
}
