using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Host;

/// <summary>
/// Sets or checks two IPVS settings that decide whether clients of a removed or draining backend are moved to another one
/// (Documentation/networking/ipvs-sysctl.rst). With the kernel's defaults these clients lose their connections. Gorb sets both in its own network namespace. The
/// settings exist once the module ip_vs is loaded.
/// </summary>
internal sealed partial class Sysctls(SysctlFiles files, SysctlMode mode, ILogger<Sysctls> logger)
{
    private const string Wanted = "1";

    private static readonly Setting NoDestination = new("net.ipv4.vs.expire_nodest_conn",
        "clients of a removed backend that keep their connection, or their UDP port, get no answer until they give up");

    private static readonly Setting QuiescentTemplate = new("net.ipv4.vs.expire_quiescent_template",
        "persistent clients go on being sent to a backend that drains or has weight 0; one that is down is therefore removed (when_down: auto)");

    private readonly ILogger _logger = logger;
    private volatile bool _isSettled;
    private volatile bool _keepsPersistentClients = true; // assumed until the setting is read

    /// <summary>The limits of the kernel, as far as they are known.</summary>
    public KernelLimits Limits => new(_keepsPersistentClients);

    /// <summary>Sets or checks the settings once they exist. Later calls do nothing.</summary>
    public void Apply()
    {
        if (_isSettled || files.Read(QuiescentTemplate.Name) is null)
        {
            return;
        }

        Apply(NoDestination);
        _keepsPersistentClients = !Apply(QuiescentTemplate);
        _isSettled = true;
    }

    /// <returns>True when the setting has the wanted value.</returns>
    private bool Apply(Setting setting)
    {
        var before = files.Read(setting.Name);
        if (before == Wanted || mode == SysctlMode.Off)
        {
            return before == Wanted;
        }

        if (mode == SysctlMode.Check)
        {
            LogDiffers(setting.Name, before, setting.Loss);
            return false;
        }

        if (files.Write(setting.Name, Wanted) is { } trouble)
        {
            LogNotSet(setting.Name, before, trouble, setting.Loss);
            return false;
        }

        LogSet(setting.Name, before);
        return true;
    }

    [LoggerMessage(1080, LogLevel.Information, "Set {Setting} to 1; it was {Before}. --sysctl off leaves it alone")]
    private partial void LogSet(string setting, string? before);

    [LoggerMessage(1081, LogLevel.Warning, "{Setting} is {Before} and cannot be set: {Reason}. With it, {Loss}. Set it to 1 on the host, or say --sysctl off")]
    private partial void LogNotSet(string setting, string? before, string reason, string loss);

    [LoggerMessage(1082, LogLevel.Warning, "{Setting} is {Before}: {Loss}. Set it to 1, or say --sysctl apply")]
    private partial void LogDiffers(string setting, string? before, string loss);

    /// <param name="Name">The setting, with dots.</param>
    /// <param name="Loss">The consequence while the setting is not 1.</param>
    private sealed record Setting(string Name, string Loss);
}
