// dependency-cruiser reads TypeScript through the compiler's JavaScript interface, which TypeScript 7 no longer has;
// with it alone it silently sees no module at all. The alias `typescript-js` is TypeScript 6, for this one purpose.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) => next(specifier.replace(/^typescript(?=$|\/)/, 'typescript-js'), context),
});
