import type { HostExtension } from '../../protocol.ts';
import { ExtensionView } from '../extension/extension-view.tsx';

type Props = Parameters<typeof ExtensionView>[0] & { readonly extension: HostExtension };

/** A card of the app, under its title. */
export const CardFrame = (props: Props) => (
  <section className="card-frame" aria-label={props.extension.title}>
    <h2>{props.extension.title}</h2>
    <ExtensionView {...props} />
  </section>
);
