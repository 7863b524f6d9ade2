using Gorb.Model.Checks;

namespace Gorb.Documents.Checks;

internal static class ExecArgsReader
{
    private const int MaxArguments = 64;

    public static ExecArgs Read(FieldReader fields, Func<string, string?>? programFault)
    {
        var program = fields.Text("program", IsProgram, "must be an absolute path");
        if (!fields.IsSet("program"))
        {
            fields.RefuseGiven("program", "is required: the program's absolute path");
        }

        else if (program is not null && programFault?.Invoke(program) is { } fault)
        {
            fields.RefuseGiven("program", fault);
        }

        var arguments = fields.Texts("arguments");
        if (arguments.Count > MaxArguments || arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)))
        {
            fields.RefuseGiven("arguments", $"must be at most {MaxArguments} texts without a zero byte");
        }

        return new ExecArgs
        {
            Program = program ?? "/",
            Arguments = [.. arguments],
            Expect = CodesReader.Read(fields, "expect", 0, 255) ?? [new CodeRange(0, 0)],
        };
    }

    private static bool IsProgram(string text) => text.Length > 1 && text[0] == '/' && !text.Contains('\0', StringComparison.Ordinal);
}
