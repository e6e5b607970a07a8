import { NativeSelect, Title } from '@mantine/core';
import { useState } from 'react';
import { type CrmObject, PageError } from '../crm.ts';
import { changeRecord } from '../editing/writes.ts';
import { NavLink } from '../nav-link.tsx';
import { useNotify } from '../notices.tsx';
import { usePulse } from '../pulse.tsx';
import { useReading } from '../reading.ts';
import { nameOfObject } from '../record/record-list.tsx';
import type { RecordType } from '../record/read-record.ts';
import { nameOf, useSession } from '../session.tsx';
import { EmptyView, ErrorView, LoadingView } from '../states.tsx';
import { type Board, type BoardKind, type Column, readBoard } from './read-board.ts';

/** Leads by stage, or contacts by lead status; a card is moved by choosing its column, with the mouse or by keyboard. */
export const BoardPage = ({ type }: { type: RecordType }) => {
  const { revision } = usePulse();
  const [kindId, setKindId] = useState('');
  const { reading, reload } = useReading(`board/${type}/${kindId}`, revision, () => readBoard(type, kindId));
  return (
    <section>
      <Title order={1} size="h2">
        Board
      </Title>
      <nav aria-label="Boards" className="board-kinds">
        <NavLink to="/board">Leads by stage</NavLink>
        <NavLink to="/board/contacts">Contacts by lead status</NavLink>
      </nav>
      {reading.status === 'loading' && <LoadingView label="Setting the board up" />}
      {reading.status === 'error' && (
        <ErrorView
          title="The board could not be read"
          sentence={reading.sentence}
          retry={() => void reload()}
        />
      )}
      {reading.status === 'success' && (
        <Columns type={type} board={reading.data} setKindId={setKindId} reload={reload} />
      )}
    </section>
  );
};

type ColumnsProps = {
  readonly type: RecordType;
  readonly board: Board;
  readonly setKindId: (id: string) => void;
  readonly reload: () => Promise<unknown>;
};

const Columns = ({ type, board, setKindId, reload }: ColumnsProps) => {
  const notify = useNotify();
  const { kinds, shown, cards, totals } = board;
  if (!shown?.columns.length) return <EmptyView>This portal has no stages to make a board of.</EmptyView>;
  const move = async (card: CrmObject, to: Column): Promise<void> => {
    try {
      await changeRecord(type, card.id, { [shown.property]: to.value }, 'board');
      notify({ type: 'success', message: `${nameOfObject(type, card)} is in ${to.label} now.` });
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      notify({ type: 'danger', title: 'The card was not moved', message: error.sentence });
    }
    await reload();
  };
  return (
    <>
      {kinds.length > 1 && (
        <NativeSelect
          mb="sm"
          label="Pipeline"
          value={shown.id}
          onChange={(event) => setKindId(event.currentTarget.value)}
          data={kinds.map(({ id, label }) => ({ value: id, label }))}
        />
      )}
      <div className="board">
        {shown.columns.map((column) => (
          <section key={column.value} aria-label={column.label} className="board-column">
            <h2>{column.label}</h2>
            <p className="hint">
              {countOf(cards.get(column.value)?.length ?? 0, totals.get(column.value) ?? 0)}
            </p>
            {(cards.get(column.value) ?? []).map((card) => (
              <Card key={card.id} type={type} card={card} kind={shown} column={column} move={move} />
            ))}
          </section>
        ))}
      </div>
    </>
  );
};

const countOf = (here: number, total: number): string =>
  total > here
    ? `The newest ${here} of ${total.toLocaleString('en-GB')}`
    : here === 0
      ? 'Empty'
      : String(here);

type CardProps = {
  readonly type: RecordType;
  readonly card: CrmObject;
  readonly kind: BoardKind;
  readonly column: Column;
  readonly move: (card: CrmObject, to: Column) => Promise<void>;
};

const Card = ({ type, card, kind, column, move }: CardProps) => {
  const { config } = useSession();
  const [moving, setMoving] = useState(false);
  const name = nameOfObject(type, card);
  const owner = config.users.find(({ ownerId }) => ownerId === card.properties['hubspot_owner_id']);
  const chosen = async (value: string): Promise<void> => {
    const to = kind.columns.find((one) => one.value === value);
    if (!to || to === column) return;
    setMoving(true);
    await move(card, to);
    setMoving(false);
  };
  return (
    <article className="board-card">
      <NavLink to={`/${type}/${card.id}`}>{name}</NavLink>
      {owner && <div className="hint">{nameOf(owner)}</div>}
      <NativeSelect
        size="xs"
        mt={6}
        aria-label={`Stage of ${name}`}
        disabled={moving}
        value={column.value}
        onChange={(event) => void chosen(event.currentTarget.value)}
        data={kind.columns.map(({ value, label }) => ({ value, label }))}
      />
    </article>
  );
};
