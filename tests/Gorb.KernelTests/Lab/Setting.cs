namespace Gorb.KernelTests.Lab;

/// <summary>Sets a kernel setting (sysctl) until it is disposed.</summary>
internal sealed class Setting : IDisposable
{
    private readonly string _name;
    private readonly string _before;

    public Setting(string name, string value)
    {
        (_name, _before) = (name, Read(name));
        Set(name, value);
    }

    public static string Read(string name) => File.ReadAllText(PathOf(name)).Trim();

    public static void Set(string name, string value) => File.WriteAllText(PathOf(name), value);

    public void Dispose() => Set(_name, _before);

    private static string PathOf(string name) => $"/proc/sys/{name.Replace('.', '/')}";
}
