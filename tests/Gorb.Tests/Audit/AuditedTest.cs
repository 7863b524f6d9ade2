using System.Text.Json;
using Gorb.Audit;
using Gorb.Tests.Access;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Audit;

/// <summary>A test of a daemon with tokens, an audit file and a file that declares a part of the table.</summary>
public abstract class AuditedTest : TokenTest
{
    private protected readonly TemporaryFile _audit = new();
    private protected readonly TemporaryFile _config = new();
    private protected readonly LogLines<AuditTrail> _log = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel)
    {
        WriteSecret(Admin);
        Directory.CreateDirectory(Path.GetDirectoryName(_audit.Path)!);
        _config.Write("services: {}"u8.ToArray());
        return new TestDaemon
        {
            Kernel = kernel,
            State = _file.Path,
            TokenFile = SecretPath,
            IsTokenRequired = true,
            Audit = _audit.Path,
            Config = _config.Path,
            Configure = services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ILoggerProvider>(_log),
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _audit.Dispose();
        _config.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected string[] Lines() => File.ReadAllLines(_audit.Path);

    private protected JsonElement Last() => JsonDocument.Parse(Lines()[^1]).RootElement;
}
