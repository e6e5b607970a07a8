/**
 * ICP, MQL and SQL as both sides wrote them. One version is in force; a draft takes its place when a sales and a
 * marketing user have signed it, so that nobody changes alone what leads are measured by.
 */

import type { IcpDefinition } from './icp.ts';
import type { Refusal } from './refusals.ts';
import { DEFINITIONS, type DefinitionKind, type Side } from './settingsLists.ts';

export type { DefinitionKind, Side };

/** Which version this is and whose word it rests on. */
export type Signed = {
  readonly version: number;
  readonly signedBySalesUserId: string | null;
  readonly signedByMarketingUserId: string | null;
  /** When the later of the two signed, ISO 8601; `null` while unsigned. */
  readonly signedAt: string | null;
  /** Where people read it in full. */
  readonly url: string | null;
};

/** A definition in words: what makes a lead an MQL, what makes it an SQL. */
export type TextDefinition = Signed & { readonly text: string };

/** What is written; version and signatures are added by {@link signDraft}. */
export type ContentOf<D extends Signed> = Omit<D, Exclude<keyof Signed, 'url'>>;

/** What was asked and decided, in words, or a rejection that raised it: looked up when it is shown, so that nobody's data stays here. */
export type EvidenceLine = string | { readonly entryId: string };

export type Draft<C> = {
  /** The version of the settings that wrote it: who signs names it, so that nobody signs what they have not read. */
  readonly revision: number;
  readonly content: C;
  readonly writtenByUserId: string;
  /** ISO 8601. */
  readonly writtenAt: string;
  readonly signedBySalesUserId: string | null;
  readonly signedByMarketingUserId: string | null;
  /** Why it was opened: the disputes behind it. Left out in drafts that nothing led to. */
  readonly evidence?: readonly EvidenceLine[];
};

export type Definition<D extends Signed> = {
  readonly inForce: D;
  readonly draft: Draft<ContentOf<D>> | null;
};

/** The three definitions, by kind. */
export type Definitions = {
  readonly icp: Definition<IcpDefinition>;
  readonly mql: Definition<TextDefinition>;
  readonly sql: Definition<TextDefinition>;
};

/** What a definition says, without its version and signatures. */
export function contentOf<D extends Signed>(definition: D): ContentOf<D> {
  const {
    version: _,
    signedBySalesUserId: __,
    signedByMarketingUserId: ___,
    signedAt: ____,
    ...content
  } = definition;
  return content;
}

/** A new draft; one that was under way is replaced, and its signatures with it. What it was opened for stays. */
export function writeDraft<D extends Signed>(
  definition: Definition<D>,
  content: ContentOf<D>,
  by: { readonly userId: number; readonly revision: number },
  now: Date,
): Definition<D> {
  const evidence = definition.draft?.evidence;
  const draft: Draft<ContentOf<D>> = {
    ...(evidence !== undefined && { evidence }),
    revision: by.revision,
    content,
    writtenByUserId: String(by.userId),
    writtenAt: now.toISOString(),
    signedBySalesUserId: null,
    signedByMarketingUserId: null,
  };
  return { inForce: definition.inForce, draft };
}

/** Opens a draft on what is in force, or takes the one that is under way, with the reason for it attached. */
export function reopenDefinition<D extends Signed>(
  definition: Definition<D>,
  evidence: readonly EvidenceLine[],
  by: { readonly userId: number; readonly revision: number },
  now: Date,
): Definition<D> {
  const content = definition.draft?.content ?? contentOf(definition.inForce);
  const { inForce, draft } = writeDraft(definition, content, by, now);
  return {
    inForce,
    draft: draft && { ...draft, evidence: [...(definition.draft?.evidence ?? []), ...evidence] },
  };
}

type SignedDraft<D extends Signed> =
  | { readonly ok: true; readonly definition: Definition<D>; readonly inForce: boolean }
  | { readonly ok: false; readonly refusal: Refusal };

/** One side signs the draft; with the second signature it is in force, one version up. */
export function signDraft<D extends Signed>(
  { inForce, draft }: Definition<D>,
  signer: { readonly userId: number; readonly side: Side; readonly revision: number },
  now: Date,
): SignedDraft<D> {
  const userId = String(signer.userId);
  if (draft === null || draft.revision !== signer.revision)
    return { ok: false, refusal: { kind: 'draft-replaced' } };
  const own = signer.side === 'sales' ? 'signedBySalesUserId' : 'signedByMarketingUserId';
  const other = signer.side === 'sales' ? 'signedByMarketingUserId' : 'signedBySalesUserId';
  if (draft[own] !== null) return { ok: false, refusal: { kind: 'already-signed', side: signer.side } };
  if (draft[other] === userId) return { ok: false, refusal: { kind: 'signed-other-side' } };
  const signed = { ...draft, [own]: userId };
  if (signed[other] === null) return { ok: true, definition: { inForce, draft: signed }, inForce: false };
  const next = {
    ...inForce,
    ...signed.content,
    version: inForce.version + 1,
    signedBySalesUserId: signed.signedBySalesUserId,
    signedByMarketingUserId: signed.signedByMarketingUserId,
    signedAt: now.toISOString(),
  };
  return { ok: true, definition: { inForce: next, draft: null }, inForce: true };
}

/** The name of a definition on screens. */
export function definitionLabel(kind: DefinitionKind): string {
  const found = DEFINITIONS.find((row) => row.kind === kind);
  if (found === undefined) throw new Error(`Unknown definition ${kind}.`);
  return found.label;
}
