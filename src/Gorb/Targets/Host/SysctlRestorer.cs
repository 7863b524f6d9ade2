using Gorb.Model;

namespace Gorb.Targets.Host;

/// <summary>Passes requests to restore settings to the writer's thread.</summary>
internal sealed class SysctlRestorer
{
    private readonly Lock _lock = new();
    private readonly List<(string? Setting, TaskCompletionSource Done)> _requests = [];

    /// <summary>Raised when there is something to restore.</summary>
    public event Action? Requested;

    /// <summary>Restores a setting. Can be called on any thread.</summary>
    /// <param name="setting">The setting; null for all that Gorb has set.</param>
    /// <exception cref="RequestException">A setting cannot be restored.</exception>
    public Task RestoreAsync(string? setting)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _requests.Add((setting, done));
        }

        Requested?.Invoke();
        return done.Task;
    }

    /// <summary>Does what was requested. For the writer's thread.</summary>
    public void Run(Sysctls sysctls)
    {
        foreach (var (setting, done) in Take())
        {
            var failures = sysctls.Restore(setting);
            if (failures.Count == 0)
            {
                done.SetResult();
            }
            else
            {
                done.SetException(new RequestException(Refusal.Kernel, GorbTexts.KernelFailed, [.. failures.Select(static failure => new Problem(null, null, failure))]));
            }
        }
    }

    private List<(string? Setting, TaskCompletionSource Done)> Take()
    {
        lock (_lock)
        {
            List<(string?, TaskCompletionSource)> taken = [.. _requests];
            _requests.Clear();
            return taken;
        }
    }
}
