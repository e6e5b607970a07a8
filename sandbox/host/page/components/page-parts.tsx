import { Anchor, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSurface } from '../extension/surface-context.ts';

/** As the SDK's `page-link.synced.d.ts` has it; its index does not export this type. */
type PageLinkProps = {
  readonly to: string;
  readonly params?: Record<string, string>;
  readonly children: ReactNode;
};

type Parts = { readonly children?: ReactNode };

export const PageLink = ({ to, params = {}, children }: PageLinkProps) => {
  const { navigateToPage } = useSurface();
  return (
    <Anchor component="button" type="button" size="sm" onClick={() => navigateToPage(to, params)}>
      {children}
    </Anchor>
  );
};

export const PageTitle = ({ children }: Parts) => <Title order={2}>{children}</Title>;
export const PageHeader = ({ children }: Parts) => <div className="ext-page-header">{children}</div>;
export const PageHeaderPart = ({ children }: Parts) => <div className="ext-button-row">{children}</div>;
export const PageBreadcrumbs = ({ children }: Parts) => (
  <nav aria-label="Breadcrumbs" className="ext-breadcrumbs">
    {children}
  </nav>
);
export const PageBreadcrumbsCurrent = ({ children }: Parts) => <span aria-current="page">{children}</span>;
