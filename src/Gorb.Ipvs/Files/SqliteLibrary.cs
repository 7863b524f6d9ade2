using System.Reflection;
using System.Runtime.InteropServices;

namespace Gorb.Ipvs.Files;

/// <summary>
/// Loads SQLite's native library from the program's folder at once. SQLite's package names it without the prefix "lib", and so the runtime first looks for it under that name in forty
/// places, in every folder of libraries: a tenth of a millisecond on a local disk, a tenth of a second on a network's.
/// </summary>
internal static class SqliteLibrary
{
    private const string File = "libe_sqlite3.so";

    private static int _isSet;

    /// <summary>Sets how an assembly finds the library. Without the library in the program's folder, it is looked for as usual.</summary>
    /// <param name="provider">The assembly that calls SQLite. Only the first call counts.</param>
    public static void LoadFromProgram(Assembly provider)
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0)
        {
            NativeLibrary.SetDllImportResolver(provider, static (_, _, _) => NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, File), out var library) ? library : 0);
        }
    }
}
