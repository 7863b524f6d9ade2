namespace Gorb.Tests.State;

/// <summary>A path for a state file in its own directory, which is deleted after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gorb-test-").FullName;

    public string Path => System.IO.Path.Combine(_directory, "sub", "gorb.db");

    public void Write(byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllBytes(Path, content);
    }

    /// <summary>Every file of the directory, with its content.</summary>
    public IReadOnlyDictionary<string, byte[]> Everything() =>
        Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories).Order().ToDictionary(file => file, File.ReadAllBytes);

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
