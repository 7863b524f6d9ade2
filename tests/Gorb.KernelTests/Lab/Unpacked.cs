namespace Gorb.KernelTests.Lab;

/// <summary>Programs that eng/test unpacks into the cache, and does not install.</summary>
internal static class Unpacked
{
    /// <summary>Finds a program.</summary>
    /// <param name="package">The Debian package that has it.</param>
    /// <param name="path">Its path in the package, with the slash; a program that is installed is there, too.</param>
    /// <exception cref="FileNotFoundException">It is neither unpacked nor installed.</exception>
    public static string Find(string package, string path)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder ? folder : Path.Combine(Environment.GetEnvironmentVariable("HOME")!, ".cache"); // the lab sets HOME
        return Array.Find([$"{cache}/gorb/{package}{path}", path], File.Exists)
            ?? throw new FileNotFoundException($"{path} is missing: eng/test unpacks it, and \"apt-get install {package}\" installs it");
    }
}
