/** The table of fields that models' providers refused. */

export const refusalTable = `
CREATE TABLE refusals (
  endpoint TEXT NOT NULL,
  model TEXT NOT NULL,
  field TEXT NOT NULL,
  refused_ms INTEGER NOT NULL,
  PRIMARY KEY (endpoint, model, field)
) STRICT, WITHOUT ROWID;
`;
