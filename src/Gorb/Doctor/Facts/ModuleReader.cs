namespace Gorb.Doctor.Facts;

/// <summary>The kernel modules that are loaded or built in.</summary>
internal static class ModuleReader
{
    /// <param name="proc">The folder of the process file system: /proc.</param>
    /// <returns>The names; null for a kernel without modules, or where its list of built-in ones is missing (in a container).</returns>
    public static IReadOnlySet<string>? Read(string proc)
    {
        var loaded = Path.Combine(proc, "modules");
        var builtIn = $"/lib/modules/{File.ReadAllText(Path.Combine(proc, "sys/kernel/osrelease")).Trim()}/modules.builtin";
        return File.Exists(loaded) && File.Exists(builtIn)
            ? File.ReadLines(loaded).Select(static line => line.Split(' ', 2)[0]).Concat(File.ReadLines(builtIn).Select(Path.GetFileNameWithoutExtension).OfType<string>()).ToHashSet()
            : null;
    }
}
