using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

public sealed class ImageNamesTests : IDisposable
{
    private static readonly Container Renamed = Containers.Web("a", ["1:80/tcp"]) with { Image = "sha256:1a2b" };
    private readonly FakeEngine _engine = new() { Image = "acme/web:1.1" };
    private readonly ImageNames _names;

    public ImageNamesTests() => _names = new ImageNames(_engine);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Restore_NameThatTheListStillHas_IsBelieved()
    {
        (await RestoreAsync(Containers.Web("a", ["1:80/tcp"]))).Should().Equal("a acme/web:1.2");
        _engine.Inspections.Should().Be(0);
    }

    [Fact]
    public async Task Restore_IdOfAnImage_IsAskedForOnce_AsLongAsTheContainerIsThere()
    {
        await RestoreAsync(Renamed);
        (await RestoreAsync(Renamed, Containers.Web("b", ["2:80/tcp"]))).Should().Equal("a acme/web:1.1", "b acme/web:1.2");
        _engine.Inspections.Should().Be(1);

        await RestoreAsync();
        await RestoreAsync(Renamed);
        _engine.Inspections.Should().Be(2);
    }

    [Fact]
    public async Task Restore_ContainerThatHasEndedMeanwhile_IsLeftOut()
    {
        _engine.Image = null;

        (await RestoreAsync(Renamed, Containers.Web("b", ["2:80/tcp"]))).Should().Equal("b acme/web:1.2");
    }

    private async Task<IEnumerable<string>> RestoreAsync(params Container[] listed) =>
        (await _names.RestoreAsync(listed, TestContext.Current.CancellationToken)).Select(container => $"{container.Name} {container.Image}");
}
