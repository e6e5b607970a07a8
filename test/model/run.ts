/** One run of commands: the answers that the model expects to stand, and the checks that hold after each command. */

import { expect } from '@jest/globals';
import type { RefusalKind } from '../../src/refusals.ts';
import { drainPlans } from '../../server/flows/drainPlans.ts';
import { HubSpotError } from '../../server/hubspot/errors.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { listEntries } from '../../server/store/ledger.ts';
import { listSteps, type PlanStep } from '../../server/store/planSteps.ts';
import { listRollups, rebuildRollups, type Contribution } from '../../server/store/rollups.ts';
import { portalsWithDueSteps } from '../../server/store/stepClaims.ts';
import { findSnapshot, type Snapshot } from '../store/builders.ts';
import { contactRef } from '../flows/house.ts';
import { ModelLead } from './lead.ts';
import type { Stage } from './stage.ts';

export type Entry = {
  readonly kind: 'rejection' | 'acceptance';
  readonly entryId: string;
  readonly reason: string;
  readonly at: Date;
  readonly userId: number;
  readonly undoUntil: number;
  readonly replaces: Entry | null;
  undone: boolean;
};

/** A request that was taken, to be sent again. */
export type Sent = {
  readonly lead: RunLead;
  readonly kind: Entry['kind'] | 'undo';
  readonly requestId: string;
  readonly again: () => Promise<unknown>;
  readonly answer: string;
};

export type RunLead = {
  readonly model: ModelLead;
  readonly entries: Entry[];
  standing: Entry | null;
  /** Entries in the ledger, undos included. */
  written: number;
};

type Counts = Readonly<Record<string, number>>;

export class Run {
  readonly stage: Stage;
  readonly leads: readonly RunLead[];
  readonly sent: Sent[] = [];
  faulty = false;
  readonly #countsBefore: Counts;

  private constructor(stage: Stage, leads: readonly RunLead[], countsBefore: Counts) {
    this.stage = stage;
    this.leads = leads;
    this.#countsBefore = countsBefore;
  }

  static async begin(stage: Stage, name: string): Promise<Run> {
    const { house } = stage;
    const ids = [await stage.addLead(`${name}A`, true), await stage.addLead(`${name}B`, false)];
    const held = await stage.look(ids);
    const leads: RunLead[] = [];
    for (const { contactId, leadId } of ids) {
      const now = held.get(contactId);
      if (now === undefined) throw new Error('A lead that was just made is not there.');
      leads.push({ model: new ModelLead(contactId, leadId, now), entries: [], standing: null, written: 0 });
      expect(await viewCard(house.context, house.identity, contactRef(contactId))).toMatchObject({
        state: 'open',
      });
    }
    return new Run(stage, leads, counted(await listRollups(house.context.store.db, house.portalId)));
  }

  lead(index: number): RunLead {
    const found = this.leads[index % this.leads.length];
    if (found === undefined) throw new Error('A run has leads.');
    return found;
  }

  now(): number {
    return this.stage.house.context.now().getTime();
  }

  /** Every command happens in a millisecond of its own, as clicks of people do. */
  async tick(): Promise<void> {
    await this.stage.house.passSeconds(1);
  }

  async snapshotOf({ model }: RunLead): Promise<Snapshot> {
    const { context, portalId } = this.stage.house;
    const found = await findSnapshot(context.store.db, portalId, model.contactId);
    if (found === null) throw new Error('A lead of this run was never read.');
    return found;
  }

  /** Why an answer to this lead has to be refused now; `null` where it has to be taken. */
  async refusalOf(lead: RunLead, kind: Entry['kind']): Promise<RefusalKind | null> {
    const { facts, deletedAt } = await this.snapshotOf(lead);
    if (deletedAt !== null) return 'record-deleted';
    if (lead.standing?.kind === 'rejection') return 'already-rejected';
    if (lead.standing?.kind === 'acceptance' && kind === 'acceptance') return 'already-accepted';
    const stages = ['marketingqualifiedlead', 'salesqualifiedlead'];
    return stages.includes(facts.lifecycleStage ?? '') ? null : 'not-handed-off';
  }

  async faultsOff(): Promise<void> {
    this.faulty = false;
    await this.stage.house.control('PUT', '/faults', []);
  }

  /** Counts in the rollups since the run began are those of the answers that stand. */
  async checkCounts(): Promise<void> {
    const { context, portalId } = this.stage.house;
    const now = counted(await listRollups(context.store.db, portalId));
    const grown = Object.entries(now).flatMap(([key, n]) => {
      const more = n - (this.#countsBefore[key] ?? 0);
      return more === 0 ? [] : [[key, more] as const];
    });
    const gone = Object.keys(this.#countsBefore).filter((key) => !(key in now));
    expect({ grown: Object.fromEntries(grown), gone }).toEqual({ grown: this.#expectedCounts(), gone: [] });
  }

  #expectedCounts(): Counts {
    const counts: Record<string, number> = {};
    for (const { entries } of this.leads) {
      const standing = entries.filter((entry) => !entry.undone);
      const counting = standing.filter((entry) => !standing.some(({ replaces }) => replaces === entry));
      for (const { kind, at, reason, userId } of counting) {
        const dims = { '': '', source: 'unknown', campaign: 'unknown', rep: String(userId), path: 'card' };
        for (const [dim, value] of Object.entries(dims)) {
          const key = [kind, dim, berlinDay(at), reason, value].join('|');
          counts[key] = (counts[key] ?? 0) + 1;
        }
      }
    }
    return counts;
  }

  /** What stands and what stood, as the card says it. */
  async checkCard(lead: RunLead): Promise<void> {
    const { context, identity } = this.stage.house;
    const { deletedAt, facts, staleSince } = await this.snapshotOf(lead);
    if (deletedAt !== null && (staleSince !== null || this.faulty)) return;
    const view = await viewCard(context, identity, contactRef(lead.model.contactId));
    if (deletedAt !== null) {
      expect(view).toMatchObject({ ok: false, kind: 'record-deleted' });
      return;
    }
    if (!view.ok) throw new Error(view.sentence);
    const answerable = ['marketingqualifiedlead', 'salesqualifiedlead'].includes(facts.lifecycleStage ?? '');
    const open = answerable ? 'open' : 'not-handed-off';
    const { standing } = lead;
    const state = standing === null ? open : standing.kind === 'rejection' ? 'rejected' : 'accepted';
    expect({ state: view.state, standing: view.standing?.id ?? null }).toEqual({
      state,
      standing: standing?.entryId ?? null,
    });
    const past = lead.entries.filter((entry) => entry !== standing).reverse();
    expect(view.history.map(({ sentence }) => sentence.includes('taken back'))).toEqual(
      past.map(({ undone }) => undone),
    );
  }

  async drain(context = this.stage.house.context): Promise<void> {
    await drainPlans(context, this.stage.house.portalId);
  }

  /** Reads HubSpot's records again; while it fails by order, that may fail too. */
  async refresh(): Promise<void> {
    try {
      await this.stage.house.refresh();
    } catch (error) {
      if (!this.faulty || !(error instanceof HubSpotError)) throw error;
    }
  }

  async stepsOf(lead: RunLead): Promise<readonly PlanStep[]> {
    const { context, portalId } = this.stage.house;
    const { db } = context.store;
    const entries = await listEntries(db, portalId, lead.model.contactId);
    expect(entries).toHaveLength(lead.written);
    return listSteps(
      db,
      portalId,
      entries.map(({ entryId }) => entryId),
    );
  }

  /** After a drain: the steps' states, the model and the sandbox say the same. */
  async checkRecords(): Promise<void> {
    const observed = await this.stage.look(this.leads.map(({ model }) => model));
    for (const lead of this.leads) {
      const held = observed.get(lead.model.contactId);
      if (held === undefined) throw new Error('The sandbox lost a lead.');
      const { ids, doubled, ...rest } = held;
      expect(doubled.filter((reference) => !lead.model.madeAgain.has(reference))).toEqual([]);
      expect(lead.model.follow(await this.stepsOf(lead), rest)).toEqual([]);
    }
  }

  /** Faults end, time passes, what has to wake up wakes up: nothing may stay open, and all must agree. */
  async settle(): Promise<void> {
    const { house } = this.stage;
    await this.faultsOff();
    await this.stage.deliver(await this.stage.inbox());
    for (const days of [0, 8]) {
      await house.passDays(days);
      for (let turn = 0; turn < 12; turn += 1) {
        await house.passSeconds(700);
        const due = await portalsWithDueSteps(house.context.store.db, house.context.now());
        if (!due.includes(house.portalId)) break;
        await this.drain();
        await this.checkRecords();
      }
    }
    for (const lead of this.leads) {
      const open = (await this.stepsOf(lead)).filter(({ settledAt }) => settledAt === null);
      expect(open.map(({ kind, state, dueAt }) => ({ kind, state, dueAt }))).toEqual([]);
    }
    await this.#checkFacts();
    await this.#checkAnswers();
  }

  /** Once every webhook was taken, what we know is what HubSpot holds. */
  async #checkFacts(): Promise<void> {
    await this.stage.deliver(await this.stage.inbox());
    await this.stage.house.passSeconds(1);
    await this.refresh();
    for (const lead of this.leads) {
      const { facts, deletedAt, staleSince } = await this.snapshotOf(lead);
      expect({ isDeleted: deletedAt !== null, staleSince }).toEqual({
        isDeleted: lead.model.deleted,
        staleSince: null,
      });
      if (lead.model.deleted) continue;
      expect([facts.leadStatus ?? '', facts.lifecycleStage ?? '', facts.ownerId ?? '']).toEqual(
        ['hs_lead_status', 'lifecyclestage', 'hubspot_owner_id'].map((name) => lead.model.valueOf(name)),
      );
      expect(facts.leads.map(({ stageId }) => stageId)).toEqual(
        lead.model.stage === null ? [] : [lead.model.stage.value],
      );
    }
  }

  async #checkAnswers(): Promise<void> {
    const { context, portalId, identity } = this.stage.house;
    await this.checkCounts();
    await context.store.transaction((tx) => rebuildRollups(tx, portalId));
    await this.checkCounts();
    for (const { again, answer } of this.sent) expect(JSON.stringify(await again())).toBe(answer);
    for (const lead of this.leads) {
      await this.checkCard(lead);
      if (lead.model.deleted) continue;
      const view = await viewCard(context, identity, contactRef(lead.model.contactId));
      if (!view.ok) throw new Error(view.sentence);
      const steps = await this.stepsOf(lead);
      const past = lead.entries.filter((entry) => entry !== lead.standing).reverse();
      const shown = [
        ...(view.standing === null ? [] : [view.standing.steps]),
        ...view.history.map((row) => row.steps),
      ];
      const answers = [...(lead.standing === null ? [] : [lead.standing]), ...past];
      for (const [at, { entryId }] of answers.entries()) {
        const expected = steps
          .filter((step) => step.entryId === entryId)
          .map((step) => lead.model.shownAs(step));
        expect(shown[at]?.map(({ state }) => state)).toEqual(expected);
      }
    }
  }
}

const counted = (rows: readonly Contribution[]): Counts =>
  Object.fromEntries(
    rows
      .filter(({ n }) => n !== 0)
      .map((row) => [[row.measure, row.dim, row.day, row.reason, row.value].join('|'), row.n]),
  );

const berlinDay = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short' }).format(at);
