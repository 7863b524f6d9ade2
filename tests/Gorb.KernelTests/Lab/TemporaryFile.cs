namespace Gorb.KernelTests.Lab;

/// <summary>A file in a directory of its own, which is gone after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gorb-test-").FullName;

    public TemporaryFile(string text = "") => Replace(text);

    public string Path => System.IO.Path.Combine(_directory, "gorb.yaml");

    /// <summary>Puts another file in its place, as editors and deployment tools do: nobody ever sees half of it.</summary>
    /// <param name="text">Its content.</param>
    /// <param name="written">When it seems to have been written; now unless said otherwise.</param>
    public void Replace(string text, DateTime? written = null)
    {
        File.WriteAllText(Path + ".new", text);
        File.SetLastWriteTimeUtc(Path + ".new", written ?? DateTime.UtcNow);
        File.Move(Path + ".new", Path, overwrite: true);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
