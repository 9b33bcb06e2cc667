"""The public conformance suite for Jupyter kernels, with samples for TypeScript."""

import unittest

import jupyter_kernel_test


class TypeScriptKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "tslab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    code_generate_error = "throw new RangeError('on purpose')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'a' + 'b'", "result": "'ab'"},
        {"code": "await Promise.resolve([1, 2])", "result": "[ 1, 2 ]"},
        {"code": "const pair = { a: 1 }; pair", "result": "{ a: 1 }"},
        {"code": "6 * 7", "result": "42"},
        {"code": "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>x</b>' }) })", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": "import { display } from 'recurrent-lab'; display({ mark: 'bar', data: { values: [] } })", "mime": mime}
        for mime in ("application/vnd.vegalite.v5+json", "image/svg+xml")
    ]
    code_clear_output = "import { clearOutput } from 'recurrent-lab'; clearOutput()"
    completion_samples = [
        {"text": "conso", "matches": {"console"}},
        {"text": "JSON.pars", "matches": {"parse"}},
        {"text": "Math.sqrt", "matches": {"sqrt"}},
    ]
    complete_code_samples = ["1", "const x = 3", "function f() { return 1 }", "await (f())", "if (true) {\n}", "// done"]
    incomplete_code_samples = ["function f() {", "const x = ", "`open", "/* open", "if (a) {\n  b(", "[1, 2,"]
    invalid_code_samples = ["const const x = 3", "let a b", "} 1 {", "x ==== 2"]
    code_inspect_sample = "Math.max"
    code_history_pattern = "6 * 7*"
    supported_history_operations = ("tail", "range", "search")


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "tslab"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
