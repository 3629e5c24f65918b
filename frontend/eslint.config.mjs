// Lint rules for the scripts of the site (TypeScript) and for their build (JavaScript modules).
import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

const NODE_GLOBALS = { Buffer: "readonly", URL: "readonly", process: "readonly" };

// Exported functions document their parameters and result; for others a sentence is enough.
const EXPORTED = ["ExportNamedDeclaration > FunctionDeclaration", "ExportDefaultDeclaration > FunctionDeclaration"];

export default defineConfig(
  eslint.configs.recommended,
  {
    files: ["src/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked, jsdoc.configs["flat/recommended-typescript-error"]],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allow: ["URLSearchParams"], allowNumber: true }],
      eqeqeq: "error",
      "jsdoc/require-jsdoc": ["error", { require: { ClassDeclaration: true, MethodDefinition: true }, checkConstructors: false }],
      "jsdoc/require-param": ["error", { contexts: EXPORTED }],
      "jsdoc/require-returns": ["error", { contexts: EXPORTED }],
      "jsdoc/tag-lines": ["error", "never"],
    },
  },
  {
    files: ["*.mjs"],
    languageOptions: { globals: NODE_GLOBALS },
  },
);
