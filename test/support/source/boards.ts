// A dashboard as its file has it: its panels with their queries.

type PanelFile = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: object;
  readonly targets?: readonly { readonly expr: string }[];
};

/** What tests read of the file. */
export type BoardFile = {
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly panels: readonly PanelFile[];
};

/** Panels that ask for something. */
export const panelsOf = ({ panels }: BoardFile) =>
  panels.flatMap(({ id, title, description = '', targets }) =>
    targets === undefined ? [] : [{ id, title, description, queries: targets.map(({ expr }) => expr) }],
  );
