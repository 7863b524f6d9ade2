using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Doctor;

/// <summary>Each cause is planted, named by the doctor, and gone after its command.</summary>
public sealed class DoctorTests(DoctorDaemon daemon) : IClassFixture<DoctorDaemon>
{
    public static TheoryData<int, string> Causes => KernelFeature.Rows(Plants.All, static plant => plant.Needs);

    [Theory]
    [MemberData(nameof(Causes))]
    public async Task ACause_IsNamed_AndItsCommandMendsIt(int index, string name)
    {
        var plant = Plants.All[index];
        await daemon.Gorb.PutAsync("/config", $"services: {{ {plant.Services} }}\n");
        try
        {
            await RunAsync(plant.Script);

            var found = await FindAsync(plant, isExpected: true);
            var command = plant.Mend ?? found[0].GetProperty("command").GetString()!;
            await RunAsync(command);
            await FindAsync(plant, isExpected: false);
        }
        finally
        {
            await daemon.RunAsync(plant.Undo);
        }

        name.Should().StartWith(plant.Code);
    }

    private async Task RunAsync(string script)
    {
        var (status, output) = await daemon.RunAsync(script);
        status.Should().Be(0, $"{script}: {output}");
    }

    /// <summary>Waits for the finding: the daemon learns of some causes by its checks.</summary>
    private async Task<IReadOnlyList<JsonElement>> FindAsync(Plant plant, bool isExpected)
    {
        IReadOnlyList<JsonElement> found = [];
        await Eventually.Async(async () => (found = await daemon.FindAsync(plant)).Count > 0 == isExpected, () => $"{plant}: {string.Join('\n', found)}\n{daemon.Gorb.Log}");
        return found;
    }
}
