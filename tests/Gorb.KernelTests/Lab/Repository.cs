using System.Runtime.CompilerServices;

namespace Gorb.KernelTests.Lab;

/// <summary>Paths in the checkout from which these tests were built.</summary>
internal static class Repository
{
    /// <summary>The daemon under test: the published native binary, or the one in the variable GORB_BINARY (a JIT build takes seconds).</summary>
    public static string Gorb { get; } = Environment.GetEnvironmentVariable("GORB_BINARY") is { Length: > 0 } named ? Path(named) : Path("artifacts/gorb");

    public static string Path(string relative) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Root(), relative));

    private static string Root([CallerFilePath] string here = "") => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../..");
}
