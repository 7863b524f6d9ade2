using System.Runtime.InteropServices;
using Gorb.Balancing;

namespace Gorb.Config;

/// <summary>The file to follow (<c>--config</c>), or null for none.</summary>
internal sealed record ConfigPath(string? Path);

/// <summary>
/// Makes a file the wanted table: at the start, when its content changes, and at SIGHUP. A file that is not good changes nothing, and the log says
/// why; what is wrong elsewhere (the kernel, the disk) is tried again.
/// </summary>
internal sealed partial class ConfigFile(ConfigPath config, ConfigReader reader, Balancer balancer, TimeProvider time, ILogger<ConfigFile> logger) : BackgroundService
{
    /// <summary>Files are replaced in many ways (written over, renamed, behind a symbolic link), so the content is looked at, not events.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private (DateTime Written, long Length) _seen;
    private string? _trouble;
    private volatile bool _isAsked;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (config.Path is not null)
        {
            await balancer.Started.WaitAsync(cancellationToken);
            await LookAsync(cancellationToken); // before the API answers
            await base.StartAsync(cancellationToken);
        }
    }

    /// <summary>Reads the file if it changed since it was last applied.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileInfo(config.Path!);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            var seen = (file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
            if (seen == _seen && !_isAsked)
            {
                return;
            }

            _isAsked = false;
            await ApplyAsync(await File.ReadAllBytesAsync(file.FullName, cancellationToken), cancellationToken);
            _seen = seen;
            _trouble = null;
            LogApplied(config.Path!, balancer.Current.Services.Count);
        }
        catch (Exception error) when (error is RequestException or IOException or UnauthorizedAccessException)
        {
            Report(error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true; // the default would end the daemon
            _isAsked = true;
        });
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            return; // the daemon is stopping
        }
    }

    private async Task ApplyAsync(byte[] text, CancellationToken cancellationToken)
    {
        if (text.LongLength > ConfigText.MostBytes)
        {
            throw RequestException.Invalid(new Problem(null, null, $"it has {text.LongLength} bytes; {ConfigText.MostBytes} are allowed"));
        }

        using var document = ConfigText.Read(text);
        await document.UseAsync(hosts =>
            balancer.ChangeAsync(reader.Prepare(document.Root, hosts, new ConfigOptions(Prune: true, KeepWeights: false), balancer.Current)), cancellationToken);
    }

    /// <summary>Says what is wrong, once as long as it stays the same.</summary>
    private void Report(Exception error)
    {
        var problems = error is RequestException { Problems: { Count: > 0 } all }
            ? string.Join("; ", all.Select(problem => $"{(problem.Place is { } place ? $"{place}: " : "")}{(problem.Field is null ? "" : $"{problem.Field} ")}{problem.Text}"))
            : error.Message;
        if (problems != _trouble)
        {
            _trouble = problems;
            LogRefused(config.Path!, problems);
        }
    }

    [LoggerMessage(1030, LogLevel.Information, "{Path} is the wanted table now: {Services} services")]
    private partial void LogApplied(string path, int services);

    [LoggerMessage(1031, LogLevel.Error, "{Path} changes nothing: {Problems}")]
    private partial void LogRefused(string path, string problems);
}
