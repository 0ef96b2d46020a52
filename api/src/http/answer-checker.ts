import type { ApiDocument } from '@hookswitch/openapi/document';
import { type OperationId, operationTable } from '@hookswitch/openapi/operations';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Checks answers against the API description. */
export interface AnswerChecker {
  /** @throws Error that says how the answer differs from what the description promises. */
  check(operationId: OperationId, status: number, body: unknown): void;
  /** @throws Error when the operation does not declare this error code. */
  checkErrorCode(operationId: OperationId, code: string): void;
}

/** On in every test, off in production. */
export function answerChecker(document: ApiDocument): AnswerChecker {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (target: Ajv2020) => void)(ajv);
  ajv.addSchema({ $id: 'document', components: document.components });
  const validators = new Map<string, ValidateFunction | undefined>();

  function validatorOf(operationId: OperationId, status: number): ValidateFunction | undefined {
    const name = `${operationId} ${status}`;
    if (validators.has(name)) return validators.get(name);
    const { path, method } = operationTable[operationId];
    const operation = document.paths[path]?.[method] as {
      responses: Record<string, { content?: Record<string, { schema?: object }> }>;
    };
    const response = operation.responses[status];
    if (!response) throw new Error(`${operationId} answered ${status}, which openapi/ does not declare`);
    const media = response.content?.['application/json'] ?? response.content?.['application/problem+json'];
    const schema =
      media?.schema && JSON.parse(JSON.stringify(media.schema).replaceAll('"#/components/', '"document#/components/'));
    const validator = schema && ajv.compile(schema);
    validators.set(name, validator);
    return validator;
  }

  return {
    check(operationId, status, body) {
      const validator = validatorOf(operationId, status);
      const sent = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
      if (!validator) {
        if (sent !== undefined)
          throw new Error(`${operationId} answered ${status} with a body, which openapi/ does not declare`);
        return;
      }
      if (!validator(sent)) {
        throw new Error(
          `${operationId} answered ${status} with what openapi/ does not declare: ${ajv.errorsText(validator.errors)}`,
        );
      }
    },
    checkErrorCode(operationId, code) {
      if (!operationTable[operationId].errorCodes.includes(code)) {
        throw new Error(
          `${operationId} answered with the error ${code}; add it to 'errors' of its file under openapi/paths/`,
        );
      }
    },
  };
}
