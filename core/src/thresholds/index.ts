export { type ReachedStep, reachedSteps, timesReached, type UsageThreshold } from './steps.ts';
