// Charts of boards, from the figures that stand in the page; the table beside each says the same.
import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const COLOURS = ['#2f6f8f', '#c9d6dd', '#c0653a', '#7a9a5b', '#8a6fa8', '#d9b44a'];

const LEAST_PX_EACH = 34; // a name that is written aslant needs this; where there is less, the bars lie
const PX_A_ROW = 22;

function draw(box) {
  const { names, series } = JSON.parse(box.dataset.chart);
  const lying = names.length > 6 && box.clientWidth < names.length * LEAST_PX_EACH;
  if (lying) box.style.height = `${names.length * PX_A_ROW + 60}px`;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const chart = init(box, null, { renderer: 'svg' });
  chart.setOption({
    color: COLOURS,
    animation: !still,
    aria: { enabled: true },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    legend: { bottom: 0, itemWidth: 14, itemHeight: 8 },
    grid: { left: 8, right: 16, top: 12, bottom: 36, containLabel: true },
    [lying ? 'yAxis' : 'xAxis']: {
      type: 'category', data: names, inverse: lying, axisTick: { show: false },
      axisLabel: { interval: 0, rotate: !lying && names.length > 8 ? 30 : 0 },
    },
    [lying ? 'xAxis' : 'yAxis']: { type: 'value', minInterval: 1, splitLine: { lineStyle: { color: '#e6ebef' } } },
    series: series.map((one) => ({ type: 'bar', name: one.name, data: one.data, stack: one.stack, barMaxWidth: 28 })),
  });
  chart.on('click', (at) => {
    const to = series[at.seriesIndex]?.lists?.[at.dataIndex];
    if (to) location.assign(to);
  });
  addEventListener('resize', () => chart.resize());
}

for (const box of document.querySelectorAll('[data-chart]')) draw(box);
document.addEventListener('htmx:load', (event) => {
  for (const box of event.target.querySelectorAll?.('[data-chart]:not([_echarts_instance_])') ?? []) draw(box);
});
