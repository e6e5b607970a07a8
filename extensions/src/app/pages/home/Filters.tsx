import { Flex, SearchInput, Select } from '@hubspot/ui-extensions';
import type { BatchPage } from '@mql-rejection-loop/domain/contract/queues';
import { useState } from 'react';
import type { Filter } from './api.ts';
import { WORDS } from './words.ts';

type Props = {
  readonly reasons: BatchPage['reasons'];
  readonly filter: Filter;
  readonly onFilter: (filter: Partial<Filter>) => void;
};

/** By text and by reason; the server filters, since a page is only a part of what waits. */
export function Filters({ reasons, filter, onFilter }: Props) {
  // A value sent back from the worker arrives late, and would overwrite what was typed meanwhile.
  const [firstText] = useState(filter.text);
  const options = [
    { value: '', label: WORDS.allReasons },
    ...reasons.map(({ code, label, count }) => ({ value: code, label: `${label} (${count})` })),
  ];
  return (
    <Flex direction="row" gap="sm" align="end" wrap>
      <SearchInput
        name="text"
        label={WORDS.search}
        placeholder={WORDS.search}
        defaultValue={firstText}
        onInput={(text) => onFilter({ text })}
        onChange={(text) => onFilter({ text })}
      />
      <Select
        name="reason"
        label={WORDS.reasonFilter}
        value={filter.reason}
        options={options}
        onChange={(reason) => onFilter({ reason: String(reason) })}
      />
    </Flex>
  );
}
