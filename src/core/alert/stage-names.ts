// The six stages by name, in their order.

/** The stages in their order. */
export const stageNames = ['dedupe', 'enrich', 'group', 'route', 'suppress', 'act'] as const;
