using System.ComponentModel;
using System.Diagnostics;
using Gorb.Model;

namespace Gorb.Cli.Write;

/// <summary>Lets a person edit a text with the program of VISUAL or EDITOR, else vi.</summary>
internal sealed class TextEditor : IDisposable
{
    private const string Usual = "vi";

    private static readonly string[] Variables = ["VISUAL", "EDITOR"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gorb-"); // for this user only

    /// <param name="name">The name of the file, which an editor shows.</param>
    public TextEditor(string name) => Path = System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>The file that is edited.</summary>
    public string Path { get; }

    /// <summary>True to leave the file in place at the end.</summary>
    public bool IsKept { get; set; }

    /// <exception cref="SettingException">The program cannot be started, or fails.</exception>
    public async Task<string> EditAsync(string text, CancellationToken stop)
    {
        await File.WriteAllTextAsync(Path, text, stop);
        var editor = Variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(static one => one is { Length: > 0 }) ?? Usual;
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{editor} \"$1\"", editor, Path]))!; // may have options, as git's
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0 ? await File.ReadAllTextAsync(Path, stop) : throw new SettingException($"the editor '{editor}' ended with status {process.ExitCode}, and nothing is changed; EDITOR names another");
        }
        catch (Win32Exception error)
        {
            throw new SettingException($"the editor '{editor}' cannot be started: {error.Message}; EDITOR names another");
        }
    }

    public void Dispose()
    {
        if (!IsKept)
        {
            _folder.Delete(recursive: true);
        }
    }
}
