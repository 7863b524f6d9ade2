using System.Runtime.CompilerServices;

namespace Gorb.PageTests.Browser;

/// <summary>Where the tests leave pictures of the page.</summary>
internal static class Pictures
{
    public static string Path(string name) => System.IO.Path.Combine(Folder(), "../../../artifacts/page-pictures", name);

    private static string Folder([CallerFilePath] string here = "") => System.IO.Path.GetDirectoryName(here)!;
}
