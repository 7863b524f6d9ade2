using System.Collections.Immutable;
using Gorb.Logging;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Host;

/// <summary>
/// The kernel settings that the table needs: compares them, sets them or logs them as the mode says, and keeps the values that they had before. Members are for
/// the writer's thread, except those that say otherwise.
/// </summary>
internal sealed partial class Sysctls(SysctlFiles files, SysctlMode mode, ILogger<Sysctls> logger)
{
    private readonly ILogger _logger = logger;
    private readonly RepeatFilter _repeats = new();
    private volatile bool _keepsPersistentClients = true; // assumed until the setting is read
    private volatile IReadOnlyList<SysctlNeed> _needs = [];
    private volatile ImmutableHashSet<string> _released = [];
    private bool _isIpvsMissing;

    /// <summary>What the operator wants done. Can be read on any thread.</summary>
    public SysctlMode Mode => mode;

    /// <summary>The previous values of the settings that Gorb has set.</summary>
    public SysctlLedger Ledger { get; } = new();

    /// <summary>The limits of the kernel, as far as they are known. Can be read on any thread.</summary>
    public KernelLimits Limits => new(_keepsPersistentClients);

    /// <summary>Raised when the settings of IPVS have come into being after the last <see cref="Plan"/>, because its module was loaded.</summary>
    public event Action? IpvsAppeared;

    /// <summary>Finds out whether the kernel keeps persistent clients with a drained backend, once the settings are applied.</summary>
    public void Refresh()
    {
        var value = files.Read(SysctlRules.ExpireQuiescentTemplate);
        var isSetSoon = value is not null && Sets(SysctlTreatment.AppliedByDefault) && !_released.Contains(SysctlRules.ExpireQuiescentTemplate)
            && files.FindObstacle(SysctlRules.ExpireQuiescentTemplate) is null;
        _keepsPersistentClients = value != "1" && !isSetSoon;
        if (_isIpvsMissing && value is not null)
        {
            _isIpvsMissing = false;
            IpvsAppeared?.Invoke();
        }
    }

    /// <summary>Returns the changes that the needs of the whole table require, and logs those that are not to be made. Changes nothing.</summary>
    public IReadOnlyList<SysctlChange> Plan(IReadOnlyList<SysctlNeed> needs)
    {
        _isIpvsMissing = files.Read(SysctlRules.ExpireQuiescentTemplate) is null;
        _needs = needs;
        var settings = needs.Select(static need => need.Setting).ToHashSet();
        _repeats.Keep(settings.Contains);
        var changes = Compare(needs);
        ForgetRestored(changes);
        Refresh();
        return changes;
    }

    /// <summary>Does as <see cref="Plan"/> for needs that have just arisen.</summary>
    public IReadOnlyList<SysctlChange> PlanMore(IReadOnlyList<SysctlNeed> needs)
    {
        _needs = [.. _needs.UnionBy(needs, static need => need.Setting)];
        return Compare(needs);
    }

    /// <summary>True when no setting that is needed, and set without being asked for, is missing. Cheap.</summary>
    /// <param name="isUsed">Returns whether the table may have a feature.</param>
    public bool MatchesByDefault(Predicate<TableFeature> isUsed) => !Sets(SysctlTreatment.AppliedByDefault)
        || SysctlRules.All.Where(rule => rule.Treatment == SysctlTreatment.AppliedByDefault && rule.Features.Any(feature => isUsed(feature)))
            .All(rule => files.Read(rule.Setting) is not { } seen || (rule.IsMet?.Invoke(files.Read) ?? seen == rule.Value) || files.FindObstacle(rule.Setting) is not null);

    /// <summary>Sets a setting, whose previous value is in the ledger and saved.</summary>
    /// <returns>Null on success, else the reason why it was not set.</returns>
    public string? Apply(SysctlChange change)
    {
        var need = change.Need;
        if (files.Write(need.Setting, need.Value) is { } trouble)
        {
            Ledger.Forget(new PreviousValue(need.Setting, change.Before));
            LogNotSet(need.Setting, change.Before, trouble, need.Rule.Loss, need.Command);
            return $"{need.Setting} cannot be set to {need.Value}: {trouble}";
        }

        _repeats.End(need.Setting);
        LogSet(need.Setting, need.Value, change.Before, need.Rule.Reason);
        return null;
    }

    /// <summary>Gives settings their previous values back, and leaves them alone until the daemon's end.</summary>
    /// <param name="setting">The setting; null for all that Gorb has set.</param>
    /// <returns>The reasons why settings could not be restored.</returns>
    public IReadOnlyList<string> Restore(string? setting)
    {
        var failures = new List<string>();
        foreach (var previous in Ledger.Owned.Where(one => setting is null || one.Setting == setting).OrderBy(static one => one.Setting, StringComparer.Ordinal))
        {
            var seen = files.Read(previous.Setting);
            if (seen is not null && files.Write(previous.Setting, previous.Value) is { } trouble)
            {
                failures.Add($"{previous.Setting} cannot be set to {previous.Value}: {trouble}; on the host: {SysctlText.CommandFor(previous.Setting, previous.Value)}");
                continue;
            }

            _released = _released.Add(previous.Setting);
            Ledger.Forget(previous);
            LogRestored(previous.Setting, previous.Value, seen);
        }

        Refresh();
        return failures;
    }

    /// <summary>Returns the settings that the table needs or that Gorb has set, as they are now. Can be called on any thread.</summary>
    public IReadOnlyList<SysctlState> GetStates()
    {
        var needs = _needs;
        var unneeded = Ledger.Owned.Where(previous => needs.All(need => need.Setting != previous.Setting)).OrderBy(static previous => previous.Setting, StringComparer.Ordinal);
        return [.. needs.Select(GetState), .. unneeded.Select(GetState)];
    }

    private SysctlState GetState(SysctlNeed need)
    {
        var seen = files.Read(need.Setting);
        var isMet = need.IsMet(files.Read);
        var status = seen is null ? SysctlStatus.Absent : isMet ? SysctlStatus.Set : _released.Contains(need.Setting) ? SysctlStatus.Restored : SysctlStatus.Missing;
        var obstacle = status == SysctlStatus.Missing && Sets(need.Rule.Treatment) ? files.FindObstacle(need.Setting) : null;
        return new SysctlState(need.Setting, status, need, seen, Ledger.Find(need.Setting), obstacle);
    }

    private SysctlState GetState(PreviousValue previous) => new(previous.Setting, SysctlStatus.Unneeded, null, files.Read(previous.Setting), previous.Value, null);

    private List<SysctlChange> Compare(IReadOnlyList<SysctlNeed> needs)
    {
        var changes = new List<SysctlChange>();
        foreach (var need in needs)
        {
            if (files.Read(need.Setting) is not { } seen || need.IsMet(files.Read) || _released.Contains(need.Setting))
            {
                _repeats.End(need.Setting);
            }
            else if (!Sets(need.Rule.Treatment))
            {
                Warn(need, seen);
            }
            else if (files.FindObstacle(need.Setting) is { } obstacle)
            {
                WarnOfObstacle(need, seen, obstacle);
            }
            else
            {
                changes.Add(new SysctlChange(need, seen));
            }
        }

        return changes;
    }

    private bool Sets(SysctlTreatment treatment) => (mode, treatment) switch
    {
        (SysctlMode.Apply, not SysctlTreatment.Told) => true,
        (SysctlMode.Default, SysctlTreatment.AppliedByDefault) => true,
        _ => false,
    };

    private void Warn(SysctlNeed need, string seen)
    {
        if (mode == SysctlMode.Off || !_repeats.IsNew(seen, need.Setting))
        {
            return;
        }

        if (need.Rule.Treatment == SysctlTreatment.Told)
        {
            LogTold(need.Setting, seen, need.Rule.Loss, need.Command);
        }
        else
        {
            LogDiffers(need.Setting, seen, need.Rule.Loss, need.Command);
        }
    }

    private void WarnOfObstacle(SysctlNeed need, string seen, string obstacle)
    {
        if (_repeats.IsNew($"{seen}, {obstacle}", need.Setting))
        {
            LogNotSet(need.Setting, seen, obstacle, need.Rule.Loss, need.Command);
        }
    }

    /// <summary>Forgets previous values that are in force again because someone else restored them.</summary>
    private void ForgetRestored(IReadOnlyList<SysctlChange> changes)
    {
        foreach (var previous in Ledger.Owned.Where(one => changes.All(change => change.Need.Setting != one.Setting) && files.Read(one.Setting) == one.Value))
        {
            Ledger.Forget(previous);
        }
    }

    [LoggerMessage(1080, LogLevel.Information, "Set {Setting} to {Value}; it was {Before}. With it, {Reason}. --sysctl check leaves it alone, \"gorb sysctl restore\" undoes it")]
    private partial void LogSet(string setting, string value, string before, string reason);

    [LoggerMessage(1081, LogLevel.Warning, "{Setting} is {Before} and cannot be set: {Reason}. As it is, {Loss}. Run on the host: {Command}. --sysctl off ends this message")]
    private partial void LogNotSet(string setting, string before, string reason, string loss, string command);

    [LoggerMessage(1082, LogLevel.Warning, "{Setting} is {Before}: {Loss}. Run {Command}, or start gorb with --sysctl apply")]
    private partial void LogDiffers(string setting, string before, string loss, string command);

    [LoggerMessage(1083, LogLevel.Warning, "Restored {Setting} to {Value}; it was {Before}. Gorb leaves it alone until it is started again")]
    private partial void LogRestored(string setting, string value, string? before);

    [LoggerMessage(1085, LogLevel.Warning, "{Setting} is {Before}: {Loss}. Gorb does not change it; the command is {Command}")]
    private partial void LogTold(string setting, string before, string loss, string command);
}
