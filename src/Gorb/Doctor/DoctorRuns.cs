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
    private Task<DoctorView>? _running;

    /// <summary>Runs of a program that is no daemon.</summary>
    /// <param name="stateFile">The state file that a daemon would have.</param>
    public static DoctorRuns OfThisHost(string stateFile) => new(new HostReader(IpvsClient.Create, stateFile == NoState ? null : stateFile), null);

    /// <summary>Examines the host. Cancelling the wait does not end the run, because others may share it.</summary>
    public Task<DoctorView> RunAsync(CancellationToken stop)
    {
        lock (_lock)
        {
            if (_running is null or { IsCompleted: true })
            {
                _running = Task.Run(Examine, CancellationToken.None);
            }

            return _running.WaitAsync(stop);
        }
    }

    private DoctorView Examine()
    {
        using var routes = RouteClient.Create();
        return Diagnosis.Of(reader.Read(daemon?.Invoke(), routes));
    }
}
