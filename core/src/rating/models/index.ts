/** The registry of charge models. A model is its file and its line here; nothing else lists them. */
import type { ChargeModel } from '../chargeModel.ts';
import { custom } from './custom.ts';
import { dynamic } from './dynamic.ts';
import { graduated } from './graduated.ts';
import { graduatedPercentage } from './graduatedPercentage.ts';
import { packageModel } from './package.ts';
import { percentage } from './percentage.ts';
import { standard } from './standard.ts';
import { volume } from './volume.ts';

const registry = {
  standard,
  graduated,
  volume,
  package: packageModel,
  percentage,
  graduated_percentage: graduatedPercentage,
  custom,
  dynamic,
} as const;

export type ChargeModelName = keyof typeof registry;

/** The parsed properties of each model. */
export type PropertiesOf = { readonly [M in ChargeModelName]: Parameters<(typeof registry)[M]['price']>[0] };

/** Parsed properties of any model; their `model` tells which. */
export type ChargeProperties = PropertiesOf[ChargeModelName];

export const chargeModels: { readonly [M in ChargeModelName]: ChargeModel<PropertiesOf[M]> } = registry;

/** All names, in the order of the registry. */
export const chargeModelNames = Object.keys(registry) as readonly ChargeModelName[];
