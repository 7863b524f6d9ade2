namespace Gorb.KernelTests.Lab;

/// <summary>A file in its own directory, deleted after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gorb-test-").FullName;

    public TemporaryFile(string text = "") => Replace(text);

    public string Path => System.IO.Path.Combine(_directory, "gorb.yaml");

    /// <summary>Replaces the file atomically, like editors and deployment tools.</summary>
    /// <param name="text">The new content.</param>
    /// <param name="written">The time of the last write; null for now.</param>
    public void Replace(string text, DateTime? written = null)
    {
        File.WriteAllText(Path + ".new", text);
        File.SetLastWriteTimeUtc(Path + ".new", written ?? DateTime.UtcNow);
        File.Move(Path + ".new", Path, overwrite: true);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
