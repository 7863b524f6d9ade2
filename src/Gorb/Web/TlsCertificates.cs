using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Gorb.Access;
using Gorb.Certificates;
using Gorb.Logging;
using Gorb.Model;

namespace Gorb.Web;

/// <summary>
/// Keeps the identity of the https listeners as its files have it: it is read at the start, when a file changes, and at SIGHUP. Connections that are open stay. While the files cannot be
/// used together, the former identity stays in use and the log says why.
/// </summary>
internal sealed partial class TlsCertificates(TlsFiles files, ClientCertificates clients, TimeProvider time, ILogger<TlsCertificates> logger) : BackgroundService
{
    /// <summary>The polling interval. Files are replaced in many ways (overwritten, renamed, behind a link), and polling notices each.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>How long before its end the log warns of it, once a day.</summary>
    private static readonly TimeSpan Warning = TimeSpan.FromDays(14);

    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RepeatFilter _failures = new();
    private readonly RepeatFilter _ends = new();
    private volatile TlsIdentity? _identity;
    private TlsFileVersions? _used;
    private TlsFileVersions? _last;
    private bool _isAsked;

    /// <summary>The identity for a new connection. A connection that comes before the files are read waits.</summary>
    public async ValueTask<TlsIdentity> GetAsync(CancellationToken cancellationToken)
    {
        if (_identity is null)
        {
            await _read.Task.WaitAsync(cancellationToken);
        }

        return _identity!;
    }

    /// <summary>True for the certificate that this daemon shows.</summary>
    public bool IsOwn(X509Certificate2 certificate) => _identity is { } identity && identity.Certificate.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span);

    /// <summary>Makes the next poll read the files even if they have not changed.</summary>
    public void AskForRead() => Volatile.Write(ref _isAsked, true);

    /// <exception cref="SettingException">A file cannot be used.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _last = _used = Versions();
        Use(files.Read());
        _read.SetResult();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Reads the files if one has changed, and none since the last poll: a file that is being replaced does not belong to the others yet.</summary>
    public void Poll()
    {
        try
        {
            var isAsked = Interlocked.Exchange(ref _isAsked, false);
            var versions = Versions();
            var isStill = versions == _last;
            _last = versions;
            if (isAsked || (isStill && versions != _used))
            {
                _used = versions; // read before the files, so that a change while they are read is noticed
                Use(files.Read());
                _failures.End();
            }

            WarnOfEnd();
        }
        catch (SettingException error)
        {
            if (_failures.IsNew(error.Message))
            {
                LogKept(error.Message);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Poll();
            }
        }
        catch (OperationCanceledException)
        {
            return; // the daemon is stopping
        }
    }

    private TlsFileVersions Versions()
    {
        try
        {
            return files.Versions();
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            throw new SettingException(error.Message, error);
        }
    }

    private void Use(TlsIdentity identity)
    {
        clients.Authorities = identity.ClientAuthorities; // first, so that no connection is asked for a certificate that cannot be verified
        _identity = identity;
        LogUsed(files.Certificate, identity.Certificate.Subject, Date(identity.Certificate.NotAfter));
        WarnOfEnd();
    }

    private void WarnOfEnd()
    {
        var certificate = _identity!.Certificate;
        var left = certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
        if (left > Warning)
        {
            _ends.End();
        }
        else if (_ends.IsNew($"{certificate.SerialNumber} {Math.Floor(left.TotalDays)}"))
        {
            LogEnds(files.Certificate, left > TimeSpan.Zero ? "expires" : "has expired", Date(certificate.NotAfter));
        }
    }

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    [LoggerMessage(3020, LogLevel.Information, "https uses the certificate of {Path}: {Subject}, valid until {Until}")]
    private partial void LogUsed(string path, string subject, string until);

    [LoggerMessage(3021, LogLevel.Error, "https keeps its former certificate and client authorities, because the files cannot be used together: {Reason}")]
    private partial void LogKept(string reason);

    [LoggerMessage(3022, LogLevel.Warning, "The certificate {Path} {Ends} {Until}; clients refuse it then. A new one is used as soon as it is in its place")]
    private partial void LogEnds(string path, string ends, string until);
}
