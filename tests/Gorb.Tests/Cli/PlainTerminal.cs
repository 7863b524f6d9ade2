using System.Runtime.CompilerServices;

namespace Gorb.Tests.Cli;

/// <summary>Verbs under test print as into a pipe, also when the tests run on a terminal.</summary>
internal static class PlainTerminal
{
    [ModuleInitializer]
    internal static void Choose() => Environment.SetEnvironmentVariable("TERM", "dumb");
}
