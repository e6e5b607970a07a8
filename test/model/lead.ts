/**
 * What one lead's record has to hold, worked out from the commands alone: who wrote each value last, what each step of
 * a plan did, and what its undo puts back. Nothing of the product's code is used; only the steps' own words (their
 * change and how they ended) are read, and each is judged.
 */

import type { Change } from '../../src/changes.ts';
import type { PlanStep } from '../../server/store/planSteps.ts';

/** What the sandbox holds about one lead, in the model's words. */
export type Held = {
  readonly values: Readonly<Record<string, string>>;
  /** Stage and disqualification reason of the Lead; `null` where the contact has none. */
  readonly stage: string | null;
  readonly lists: readonly string[];
  /** Step id in the reference → what became of the task or note. */
  readonly made: Readonly<Record<string, 'there' | 'completed' | 'gone'>>;
};

type Written = { readonly value: string; readonly by: 'person' | 'ours'; readonly at: number };

/** What a step did to the record, enough to take it back. */
type Effect = { readonly before: Readonly<Record<string, string>>; readonly changed: boolean };

type ModelStep = {
  readonly stepId: string;
  readonly kind: string;
  readonly change: Change | null;
  readonly expected: Readonly<Record<string, string>>;
  readonly decidedAt: number;
  readonly undoes: ModelStep | null;
  ended: boolean;
  effect: Effect | null;
  /** The stage that our own clearing took away, while the second half of a step back is still to come. */
  clearedFrom: string | null;
  /** An undo that met a person's later word. */
  leftAlone: boolean;
};

type Verdict = 'done' | 'stale' | 'failed';

const OPEN: readonly string[] = ['pending', 'running', 'unknown'];

export class ModelLead {
  readonly contactId: string;
  readonly leadId: string | null;
  readonly values = new Map<string, Written>();
  stage: Written | null;
  readonly lists = new Set<string>();
  readonly made = new Map<string, 'there' | 'completed' | 'gone'>();
  /** References of what a person deleted before its step knew of it. */
  readonly madeAgain = new Set<string>();
  deleted = false;
  readonly #steps = new Map<string, ModelStep>();

  constructor(contactId: string, leadId: string | null, held: Held) {
    this.contactId = contactId;
    this.leadId = leadId;
    for (const [name, value] of Object.entries(held.values))
      this.values.set(name, { value, by: 'ours', at: 0 });
    this.stage = held.stage === null ? null : { value: held.stage, by: 'ours', at: 0 };
    for (const listId of held.lists) this.lists.add(listId);
  }

  valueOf(name: string): string {
    return this.values.get(name)?.value ?? '';
  }

  personWrites(name: string, value: string, at: number): void {
    this.values.set(name, { value, by: 'person', at });
  }

  /**
   * HubSpot keeps no trace of a member who was taken off a list and none of a deleted note among a contact's notes: a
   * try whose answer was lost cannot be told any more from one that did not happen, and is repeated.
   */
  personLists(listId: string, verb: 'add' | 'remove'): void {
    if (verb === 'add') this.lists.add(listId);
    else this.lists.delete(listId);
    for (const step of this.#steps.values()) {
      const change = (step.undoes ?? step).change;
      if (!step.ended && change?.kind === 'add-to-list' && change.listId === listId) step.effect = null;
    }
  }

  personDeletes(reference: string): void {
    this.made.set(reference, 'gone');
    const step = this.#steps.get(reference);
    if (step === undefined || step.ended) return;
    step.effect = null;
    this.madeAgain.add(reference);
  }

  personMovesLead(stageId: string, at: number): void {
    this.stage = { value: stageId, by: 'person', at };
  }

  held(): Held {
    const values = [...this.values].filter(([, { value }]) => value !== '');
    return {
      values: Object.fromEntries(values.map(([name, { value }]) => [name, value]).sort()) as Held['values'],
      stage: this.stage?.value ?? null,
      lists: [...this.lists].sort(),
      made: Object.fromEntries([...this.made].filter(([, state]) => state !== 'gone').sort()),
    };
  }

  /**
   * Follows what the store says about the steps, in their order. Each step that ended must have ended as the rules say;
   * one whose outcome is in doubt counts as carried out where the record shows it.
   *
   * @returns what does not agree, as sentences
   */
  follow(rows: readonly PlanStep[], observed: Held): readonly string[] {
    const wrong: string[] = [];
    let doubtful: ModelStep | null = null;
    for (const row of rows) {
      const step = this.#stepOf(row);
      if (step.ended) continue;
      if (OPEN.includes(row.state)) {
        if (row.state !== 'pending') doubtful = step;
        else if (step.effect !== null && !this.deleted)
          wrong.push(`${nameOf(row)} waits although it was carried out`);
        continue;
      }
      step.ended = true;
      wrong.push(...this.#end(step, row));
    }
    if (doubtful !== null && doubtful.effect === null && !this.#agrees(observed))
      this.#tryOut(doubtful, observed);
    if (!this.deleted && !this.#agrees(observed))
      wrong.push(`the record holds\n${show(observed)}\ninstead of\n${show(this.held())}`);
    return wrong;
  }

  /** How the card has to show each step of an answer. */
  shownAs(row: PlanStep): string {
    const step = this.#stepOf(row);
    const undo = [...this.#steps.values()].find((other) => other.undoes === step && other.ended);
    if (row.state !== 'undone') return row.state === 'stale' ? 'failed' : row.state;
    if (step.effect === null) return 'cancelled';
    return undo?.leftAlone === true ? 'not-restored' : 'undone';
  }

  #stepOf(row: PlanStep): ModelStep {
    const known = this.#steps.get(row.stepId);
    if (known !== undefined) return known;
    const step: ModelStep = {
      stepId: row.stepId,
      kind: row.kind,
      change: row.undoesStepId === null ? row.change : null,
      expected: (row.expected ?? {}) as Record<string, string>,
      decidedAt: row.decidedAt.getTime(),
      undoes: row.undoesStepId === null ? null : (this.#steps.get(row.undoesStepId) ?? null),
      ended: false,
      effect: null,
      clearedFrom: null,
      leftAlone: false,
    };
    this.#steps.set(row.stepId, step);
    return step;
  }

  #end(step: ModelStep, row: PlanStep): readonly string[] {
    if (step.undoes !== null) return this.#endUndo(step, step.undoes, row);
    const cancelled = row.state === 'undone' && row.trace === null;
    if (cancelled)
      return step.effect === null ? [] : [`${nameOf(row)} counts as cancelled but was carried out`];
    const said = row.state === 'undone' ? 'done' : row.state;
    // What HubSpot took before the record was deleted can no longer be told from what it did not take.
    if (this.deleted && step.effect !== null) {
      if (row.state === 'failed') step.effect = null;
      return [];
    }
    const verdict = step.effect === null ? this.#judge(step) : 'done';
    if (verdict === 'done' && step.effect === null) this.#carryOut(step);
    return said === verdict
      ? []
      : [`${nameOf(row)} ended as ${said} instead of ${verdict}: ${String(row.problem?.sentence)}`];
  }

  #endUndo(step: ModelStep, target: ModelStep, row: PlanStep): readonly string[] {
    const verdict: Verdict =
      target.effect !== null &&
      this.deleted &&
      !['create-note', 'create-task', 'move-lead'].includes(target.kind) &&
      this.#reverses(target)
        ? 'failed'
        : 'done';
    // Taken back before, in a try whose answer was lost: what a person changed since was not there to be left alone.
    const wasInDoubt = step.effect !== null;
    if (verdict === 'done' && !wasInDoubt) this.#takeBack(step, target);
    if (row.state !== verdict) return [`undo of ${nameOf(row)} ended as ${row.state} instead of ${verdict}`];
    const said = row.problem?.kind === 'not-restored';
    return verdict === 'failed' || wasInDoubt || said === step.leftAlone
      ? []
      : [
          `undo of ${nameOf(row)} ${said ? 'says that something stayed' : 'does not say what stayed'}: ${String(row.problem?.sentence)}`,
        ];
  }

  #reverses(target: ModelStep): boolean {
    return target.effect?.changed === true;
  }

  /** The record as the step meets it: may it be carried out? */
  #judge(step: ModelStep): Verdict {
    if (step.kind === 'move-lead') return this.#isOverruled(step) ? 'stale' : 'done';
    if (this.deleted) return 'failed';
    return this.#isOverruled(step) ? 'stale' : 'done';
  }

  #isOverruled(step: ModelStep): boolean {
    const wanted = writesOf(step.change);
    return Object.entries(step.expected).some(([name, value]) => {
      const now = name === 'hs_pipeline_stage' ? this.stage : this.values.get(name);
      const is = now?.value ?? '';
      return is !== value && is !== wanted[name] && now?.by === 'person' && now.at > step.decidedAt;
    });
  }

  #carryOut(step: ModelStep): void {
    const { change } = step;
    if (change === null) throw new Error(`The plan's step ${step.stepId} says nothing.`);
    const before: Record<string, string> = {};
    let changed = true;
    switch (change.kind) {
      case 'add-to-list':
        changed = !this.lists.has(change.listId);
        this.lists.add(change.listId);
        break;
      case 'create-note':
      case 'create-task':
        this.made.set(step.stepId, 'there');
        break;
      case 'move-lead':
        before['hs_pipeline_stage'] = this.stage?.value ?? '';
        this.stage = { value: change.stageId, by: 'ours', at: step.decidedAt };
        break;
      default:
        for (const [name, value] of Object.entries(writesOf(change))) {
          before[name] = step.clearedFrom ?? this.valueOf(name);
          this.values.set(name, { value, by: 'ours', at: step.decidedAt });
        }
        if (change.kind !== 'set-properties')
          changed = Object.entries(writesOf(change)).some(([name, value]) => before[name] !== value);
    }
    step.effect = { before, changed };
  }

  /** Puts back what is still ours; what a person changed since stays theirs. */
  #takeBack(step: ModelStep, target: ModelStep): void {
    const { effect, change } = target;
    step.effect = { before: {}, changed: true };
    if (effect === null || change === null || !effect.changed) return;
    switch (change.kind) {
      case 'add-to-list':
        this.lists.delete(change.listId);
        return;
      case 'create-note':
      case 'create-task':
        if (this.made.get(target.stepId) === 'completed') step.leftAlone = true;
        else this.made.set(target.stepId, 'gone');
        return;
      case 'move-lead': {
        const before = effect.before['hs_pipeline_stage'] ?? '';
        if (this.stage?.value !== change.stageId && this.stage?.value !== before) step.leftAlone = true;
        else this.stage = { value: before, by: 'ours', at: step.decidedAt };
        return;
      }
      default:
        for (const [name, wrote] of Object.entries(writesOf(change))) {
          const before = effect.before[name] ?? '';
          const now = this.valueOf(name);
          const isOurs =
            now === wrote ||
            now === before ||
            (step.clearedFrom !== null && now === '' && this.values.get(name)?.by === 'ours');
          if (isOurs) this.values.set(name, { value: before, by: 'ours', at: step.decidedAt });
          else step.leftAlone = true;
        }
    }
  }

  /** A step whose answer was lost: it happened if the record looks like it, in whole or by its first half. */
  #tryOut(step: ModelStep, observed: Held): void {
    const saved = this.#save();
    const target = step.undoes;
    if (target === null ? this.#judge(step) === 'done' : target.effect !== null) {
      if (target === null) this.#carryOut(step);
      else this.#takeBack(step, target);
      if (this.#agrees(observed)) return;
      this.#restore(saved);
      step.effect = null;
      step.leftAlone = false;
    }
    const touchesStage = (target ?? step).kind === 'set-lifecycle-stage';
    if (!touchesStage || observed.values['lifecyclestage'] !== undefined) return;
    step.clearedFrom ??= this.valueOf('lifecyclestage');
    this.values.set('lifecyclestage', { value: '', by: 'ours', at: step.decidedAt });
  }

  #save() {
    return {
      values: new Map(this.values),
      stage: this.stage,
      lists: new Set(this.lists),
      made: new Map(this.made),
    };
  }

  #restore(saved: {
    values: Map<string, Written>;
    stage: Written | null;
    lists: Set<string>;
    made: Map<string, 'there' | 'completed' | 'gone'>;
  }): void {
    replace(this.values, saved.values);
    replace(this.made, saved.made);
    this.lists.clear();
    for (const listId of saved.lists) this.lists.add(listId);
    this.stage = saved.stage;
  }

  #agrees(observed: Held): boolean {
    return show(observed) === show(this.held());
  }
}

const replace = <K, V>(map: Map<K, V>, by: ReadonlyMap<K, V>): void => {
  map.clear();
  for (const [key, value] of by) map.set(key, value);
};

const show = (held: Held): string => JSON.stringify(held, null, 1);

const nameOf = (row: PlanStep): string => `${row.kind} ${row.stepId}`;

/** Property → value that a change writes on the contact (or, for a Lead's move, on the Lead). */
function writesOf(change: Change | null): Readonly<Record<string, string>> {
  switch (change?.kind) {
    case 'set-properties':
      return change.values;
    case 'set-lifecycle-stage':
      return { lifecyclestage: change.stage };
    case 'set-owner':
      return { hubspot_owner_id: change.ownerId };
    case 'move-lead':
      return { hs_pipeline_stage: change.stageId };
    default:
      return {};
  }
}
