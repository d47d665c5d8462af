/** The migrated database that test files copy. Nobody may be connected to it while one does. */
export const templateDatabase = 'farthing_template';
