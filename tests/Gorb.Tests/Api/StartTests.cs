namespace Gorb.Tests.Api;

public sealed class StartTests
{
    [Fact]
    public async Task Start_AnyWorkingDirectory_WatchesNoFiles()
    {
        var before = Watches();
        var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        await using (daemon)
        {
            Watches().Should().Be(before, "the working directory may be the root of a large disk");
        }
    }

    /// <summary>Files and directories that this process watches (inotify(7), proc(5)).</summary>
    private static int Watches() => Directory.GetFiles("/proc/self/fdinfo")
        .Sum(info => Read(info).Count(line => line.StartsWith("inotify wd:", StringComparison.Ordinal)));

    private static string[] Read(string info)
    {
        try
        {
            return File.ReadAllLines(info);
        }
        catch (FileNotFoundException) // closed meanwhile
        {
            return [];
        }
    }
}
