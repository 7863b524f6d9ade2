using Gorb.Doctor.Facts;
using Gorb.Ipvs;
using Gorb.Ipvs.Routes;

namespace Gorb.Doctor;

/// <summary>Runs the doctor, one run at a time: who asks while one is under way gets its result. A run holds neither the writer nor a socket's thread.</summary>
/// <param name="reader">Reads the facts about the host.</param>
/// <param name="daemon">Reads what the daemon knows; null where none runs.</param>
internal sealed class DoctorRuns(HostReader reader, Func<DaemonFacts>? daemon)
{
    private const string NoState = "none";

    private readonly Lock _lock = new();
    private Task<DoctorView>? _running, _probing;

    /// <summary>Runs of a program that is no daemon.</summary>
    /// <param name="stateFile">The state file that a daemon would have.</param>
    public static DoctorRuns OfThisHost(string stateFile) => new(new HostReader(IpvsClient.Create, stateFile == NoState ? null : stateFile), null);

    /// <summary>Examines the host. Cancelling the wait does not end the run, because others may share it.</summary>
    /// <param name="isProbing">True to ask the hosts around, too, by ARP and pings.</param>
    /// <param name="stop">Cancels the wait.</param>
    public Task<DoctorView> RunAsync(bool isProbing, CancellationToken stop)
    {
        lock (_lock)
        {
            return (isProbing ? Share(ref _probing, isProbing) : Share(ref _running, isProbing)).WaitAsync(stop);
        }
    }

    private Task<DoctorView> Share(ref Task<DoctorView>? running, bool isProbing) =>
        running is { IsCompleted: false } ? running : running = Task.Factory.StartNew(() => Examine(isProbing), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private DoctorView Examine(bool isProbing)
    {
        using var routes = RouteClient.Create();
        return Diagnosis.Of(reader.Read(daemon?.Invoke(), routes, isProbing));
    }
}
